-- How many pupils of the school the absences of a class name, by day, and how many of these have no
-- seat in that class: its count includes them, and not one of its seats.
with

absences as (

    select * from {{ ref('stg_school__absence') }}

),

enrolments as not materialized (

    select * from {{ ref('int_spell_enrolments') }}

),

vacated as (

    select * from {{ ref('int_vacate_seats') }}

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
    select
        e.pupil_key, e.pupil_key as named_key, e.child_key, e.school_code, e.grade, e.class_no,
        e.from_on, e.to_on
    from enrolments as e
    union all
    select
        r.pupil_key, r.pupil_key as named_key, null, r.school_code, null, null,
        r.valid_from, r.valid_to
    from roll as r
    union all
    -- Or by the temporary number that a formal one has replaced.
    select
        e.pupil_key, f.former_pupil_key, e.child_key, e.school_code, e.grade, e.class_no,
        e.from_on, e.to_on
    from enrolments as e
    inner join followed as f on e.pupil_key = f.pupil_key

),

named as (

    select
        a.school_code, a.grade, a.class_no, a.day, r.pupil_key,
        coalesce(
            bool_or(a.grade = r.grade and a.class_no = r.class_no and v.child_key is null), false
        ) as is_seated
    from absences as a
    inner join on_roll as r
        on a.pupil_key = r.named_key and a.school_code = r.school_code
            and a.day >= r.from_on and a.day < r.to_on
    left join vacated as v on r.child_key = v.child_key and v.spells @> a.day
    group by a.school_code, a.grade, a.class_no, a.day, r.pupil_key

)

select
    school_code, grade, class_no, day,
    count(*) as n_rows,
    count(*) filter (where not is_seated) as n_unseated
from named
group by school_code, grade, class_no, day
