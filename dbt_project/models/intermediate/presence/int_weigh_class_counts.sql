{{
    config(
        indexes=[{'columns': ['school_code', 'grade', 'class_no', 'day']}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- Nested loops off: looping over grouped CTEs takes minutes where hashing them takes a second.
--
-- Whom a sound return's count can vouch for. It is full if it leaves nobody of the roll out but
-- children whose other class counts everybody on that day. It is beyond newcomers if a roll of that
-- day or later has come, and the count exceeds it by as many as may sit in the class without a seat
-- on it: pupils on their way to a seat in this grade, or in a grade nobody knows.
with

judged as (

    select * from {{ ref('int_check_class_returns') }}

),

seats as (

    select * from {{ ref('int_pair_seats') }}

),

newcomers as (

    select r.school_code, r.grade, r.day, count(distinct n.pupil_key) as n_newcomers
    from (select distinct school_code, grade, day from judged) as r
    inner join {{ ref('int_spell_newcomers') }} as n
        on r.school_code = n.school_code and r.day >= n.from_on and r.day < n.to_on
            and (n.grade is null or r.grade = n.grade)
    group by r.school_code, r.grade, r.day

),

rolls as (

    select sender as unit_code, max(business_date) as last_on
    from {{ ref('stg_ops__delivery') }}
    where feed = 'roll' and verdict = 'accepted'
    group by sender

),

elsewhere as (

    select
        j.school_code, j.grade, j.class_no, j.day,
        count(distinct s.child_key)::integer as n_counted
    from judged as j
    inner join seats as s
        on j.school_code = s.school_code and j.grade = s.grade and j.class_no = s.class_no
            and j.day >= s.from_on and j.day < s.to_on
    inner join judged as o
        on s.other_school_code = o.school_code and s.other_grade = o.grade
            and s.other_class_no = o.class_no and j.day = o.day
    where j.is_sound and j.n_left_out > 0 and o.is_sound and o.n_left_out = 0
    group by j.school_code, j.grade, j.class_no, j.day

),

decided as (

    select
        j.*,
        j.is_sound and j.n_left_out <= coalesce(e.n_counted, 0) as is_full,
        coalesce(j.day <= l.last_on, false)
        and j.n_over + coalesce(e.n_counted, 0) >= coalesce(n.n_newcomers, 0)
            as is_beyond_newcomers
    from judged as j
    left join rolls as l on j.unit_code = l.unit_code
    left join newcomers as n
        on j.school_code = n.school_code and j.grade = n.grade and j.day = n.day
    left join elsewhere as e
        on j.school_code = e.school_code and j.grade = e.grade
            and j.class_no = e.class_no and j.day = e.day

)

select
    unit_code, school_code, grade, class_no, day, stage, school_year, day_no, stale_on,
    short_stale_on, filed_by, is_sound, is_full, is_beyond_newcomers
from decided
