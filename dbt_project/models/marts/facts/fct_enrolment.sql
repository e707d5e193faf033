{{ config(indexes=[{'columns': ['child_key']}, {'columns': ['unit_code', 'school_code']}]) }}

with

enrolments as (

    select * from {{ ref('int_spell_enrolments') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

)

select
    e.child_key,
    e.pupil_key,
    e.unit_code,
    e.school_code,
    e.grade,
    e.class_no,
    e.from_on,
    e.to_on,
    e.to_on > {{ as_of() }} as is_current,
    p.is_linked,
    e.filed_by
from enrolments as e
inner join pupils as p on e.pupil_key = p.pupil_key
where e.from_on <= {{ as_of() }}
