{{ config(indexes=[{'columns': ['unit_code']}]) }}

with

findings as (

    select * from {{ ref('int_find_identity') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

children as (

    select * from {{ ref('int_list_children') }}

)

select
    f.kind,
    f.child_key,
    f.pupil_key,
    coalesce(p.unit_code, c.home_unit_code, '500000') as unit_code,
    p.school_code
from findings as f
left join pupils as p on f.pupil_key = p.pupil_key
left join children as c on f.child_key = c.child_key
