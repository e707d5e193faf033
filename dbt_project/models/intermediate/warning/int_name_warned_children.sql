{{ config(materialized='view') }}

-- Who the children on the early warning are, for those who visit them: read by the logged export
-- alone. A view: names are stored nowhere but in history.
with

warned as (

    select distinct child_key from {{ ref('fct_warning_reason') }}

)

select distinct on (w.child_key)
    w.child_key,
    r.name,
    r.sex,
    r.roll_number,
    r.guardian_name,
    r.guardian_phone
from warned as w
inner join {{ ref('int_identify_pupils') }} as p on w.child_key = p.child_key
inner join {{ ref('stg_school__roll') }} as r on p.pupil_key = r.pupil_key
where r.is_current
order by w.child_key, r.valid_from desc, r.roll_number
