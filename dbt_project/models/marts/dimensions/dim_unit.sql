with

units as (

    select * from {{ ref('seed_unit') }}

)

select
    unit_code,
    unit_name,
    unit_name_en,
    short_name,
    district_code,
    zone,
    poverty_level,
    is_district
from units
union all
-- Children for whom no unit answers.
select '500000', '重庆市（未归属）', 'Municipality, no unit', '市级', '500000', null, null, false
