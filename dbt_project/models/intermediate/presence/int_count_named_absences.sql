-- How many pupils of the school the absences of a class name, by day, and how many of these have no
-- seat in that class: its count includes them, and not one of its seats.
with

absences as (

    select * from {{ ref('stg_school__absence') }}

),

seats as not materialized (

    select * from {{ ref('int_spell_seats') }}

),

roll as not materialized (

    select * from {{ ref('stg_school__roll') }}

),

followed as (

    select * from {{ ref('int_follow_roll_numbers') }}

),

on_roll as (

    select pupil_key, school_code, grade, class_no, from_on, to_on from seats
    union all
    -- Also as the roll stands, registered leavings and home teaching aside: a school that still
    -- counts a pupil it has let go announces that absence too.
    select pupil_key, school_code, null, null, valid_from, valid_to from roll

),

named as (

    select pupil_key as named_key, * from on_roll
    union all
    -- Or by the temporary number that a formal one has replaced.
    select f.former_pupil_key, r.* from on_roll as r
    inner join followed as f on r.pupil_key = f.pupil_key

),

pupils as (

    select
        a.school_code, a.grade, a.class_no, a.day, n.pupil_key,
        bool_or(a.grade = n.grade and a.class_no = n.class_no) as is_seated
    from absences as a
    inner join named as n
        on a.pupil_key = n.named_key and a.school_code = n.school_code
            and a.day >= n.from_on and a.day < n.to_on
    group by a.school_code, a.grade, a.class_no, a.day, n.pupil_key

)

select
    school_code, grade, class_no, day,
    count(*) as n_rows,
    count(*) filter (where is_seated is not true) as n_unseated
from pupils
group by school_code, grade, class_no, day
