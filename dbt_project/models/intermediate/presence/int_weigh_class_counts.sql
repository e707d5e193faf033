{{
    config(
        indexes=[{'columns': ['school_code', 'grade', 'class_no', 'day']}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- Nested loops off: looping over grouped CTEs takes minutes where hashing them takes a second.
--
-- Whom a sound return's count can vouch for. It is full if it leaves nobody of the roll out but
-- children whose other class counts everybody on that day. It is beyond newcomers if it exceeds the
-- roll by as many as are on their way to a seat in this grade, or in a grade nobody knows: whom no
-- roll shows a fortnight after the transfer is not. It is beyond doubt if a roll of that day or
-- later has come, and it exceeds it by all registered newcomers, and by those of the roll who had
-- no seat already when the class left somebody out and may sit there again since.
with

judged as (

    select * from {{ ref('int_check_class_returns') }}

),

seats as (

    select * from {{ ref('int_pair_seats') }}

),

newcomers as (

    select
        r.school_code, r.grade, r.day,
        count(distinct n.pupil_key) as n_newcomers,
        count(distinct n.pupil_key) filter (
            where n.to_on < 'infinity'
            or r.day < n.from_on + {{ threshold('transfer_on_roll') }}::integer
        ) as n_on_their_way
    from (select distinct school_code, grade, day from judged) as r
    inner join {{ ref('int_spell_newcomers') }} as n
        on r.school_code = n.school_code and r.day >= n.from_on and r.day < n.to_on
            and (n.grade is null or r.grade = n.grade)
    group by r.school_code, r.grade, r.day

),

vacated as (

    select e.child_key, e.school_code, e.grade, e.class_no, e.from_on, e.to_on, v.spells
    from {{ ref('int_spell_enrolments') }} as e
    inner join {{ ref('int_vacate_seats') }} as v on e.child_key = v.child_key

),

vacant_days as (

    select
        v.child_key, j.school_code, j.grade, j.class_no, j.day,
        min(j.day) filter (where j.is_sound and j.n_left_out > 0) over (
            partition by v.child_key, j.school_code, j.grade, j.class_no, j.school_year
        ) as left_out_on
    from judged as j
    inner join vacated as v
        on j.school_code = v.school_code and j.grade = v.grade and j.class_no = v.class_no
            and j.day >= v.from_on and j.day < v.to_on and v.spells @> j.day

),

unseated as (

    select school_code, grade, class_no, day, count(distinct child_key) as n_unseated
    from vacant_days
    where left_out_on < day
    group by school_code, grade, class_no, day

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

compared as (

    select
        j.*,
        coalesce(e.n_counted, 0) as n_elsewhere,
        coalesce(n.n_newcomers, 0) as n_newcomers,
        coalesce(n.n_on_their_way, 0) as n_on_their_way,
        coalesce(u.n_unseated, 0) as n_unseated,
        coalesce(j.day <= l.last_on, false) as has_roll
    from judged as j
    left join rolls as l on j.unit_code = l.unit_code
    left join newcomers as n
        on j.school_code = n.school_code and j.grade = n.grade and j.day = n.day
    left join elsewhere as e
        on j.school_code = e.school_code and j.grade = e.grade
            and j.class_no = e.class_no and j.day = e.day
    left join unseated as u
        on j.school_code = u.school_code and j.grade = u.grade
            and j.class_no = u.class_no and j.day = u.day

)

select
    unit_code, school_code, grade, class_no, day, stage, school_year, day_no, stale_on,
    short_stale_on, filed_by, is_sound,
    is_sound and n_left_out <= n_elsewhere as is_full,
    n_over + n_elsewhere >= n_on_their_way as is_beyond_newcomers,
    has_roll and n_over + n_elsewhere >= n_newcomers + n_unseated as is_beyond_doubt
from compared
