{{ config(materialized='view') }}

-- Enrolments less the time in which the child has no seat. What follows such a time is a seat of
-- its own: whoever comes back is seen only when the class counts it again.
with

enrolments as not materialized (

    select * from {{ ref('int_spell_enrolments') }}

),

vacated as (

    select * from {{ ref('int_vacate_seats') }}

)

select
    e.child_key, e.pupil_key, e.unit_code, e.school_code, e.grade, e.class_no, e.from_on, e.to_on,
    e.filed_by
from enrolments as e
left join vacated as v on e.child_key = v.child_key
where v.child_key is null
union all
select
    e.child_key, e.pupil_key, e.unit_code, e.school_code, e.grade, e.class_no,
    lower(seat.held), upper(seat.held), e.filed_by
from enrolments as e
inner join vacated as v on e.child_key = v.child_key
cross join lateral unnest(datemultirange(daterange(e.from_on, e.to_on)) - v.spells) as seat (held)
