-- How many pupils of the school the absences of a class name, by day.
with

absences as (

    select * from {{ ref('stg_school__absence') }}

),

on_roll as (

    -- Also as the roll stands, registered leavings aside: a school that still counts a pupil it has
    -- let go announces that absence too.
    select pupil_key, school_code, from_on, to_on from {{ ref('int_spell_enrolments') }}
    union all
    select pupil_key, school_code, valid_from, valid_to from {{ ref('stg_school__roll') }}

)

select a.school_code, a.grade, a.class_no, a.day, count(distinct a.pupil_key) as n_rows
from absences as a
inner join on_roll as r
    on a.pupil_key = r.pupil_key and a.school_code = r.school_code
        and a.day >= r.from_on and a.day < r.to_on
group by a.school_code, a.grade, a.class_no, a.day
