-- How many pupils of the school the absences of a class name, by day.
with

absences as (

    select * from {{ ref('stg_school__absence') }}

),

enrolments as not materialized (

    select * from {{ ref('int_spell_enrolments') }}

),

roll as (

    select * from {{ ref('stg_school__roll') }}

),

followed as (

    select * from {{ ref('int_follow_roll_numbers') }}

),

on_roll as (

    -- Also as the roll stands, registered leavings aside: a school that still counts a pupil it has
    -- let go announces that absence too.
    select e.pupil_key, e.pupil_key as named_key, e.school_code, e.from_on, e.to_on
    from enrolments as e
    union all
    select r.pupil_key, r.pupil_key as named_key, r.school_code, r.valid_from, r.valid_to
    from roll as r
    union all
    -- Or by the temporary number that a formal one has replaced.
    select e.pupil_key, f.former_pupil_key, e.school_code, e.from_on, e.to_on
    from enrolments as e
    inner join followed as f on e.pupil_key = f.pupil_key

)

select a.school_code, a.grade, a.class_no, a.day, count(distinct r.pupil_key) as n_rows
from absences as a
inner join on_roll as r
    on a.pupil_key = r.named_key and a.school_code = r.school_code
        and a.day >= r.from_on and a.day < r.to_on
group by a.school_code, a.grade, a.class_no, a.day
