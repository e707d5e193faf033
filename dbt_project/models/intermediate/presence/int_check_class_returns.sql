{{
    config(
        indexes=[{'columns': ['school_code', 'grade', 'class_no', 'day']}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- Nested loops off: looping over grouped CTEs takes minutes where hashing them takes a second.
--
-- What each class's return of a school day is worth. It is sound if it adds up and every absence it
-- announces has arrived as a row of a pupil of the school (one whose row was lost, or mistyped,
-- would otherwise pass for present). A sound one is full if it leaves nobody of the roll out of its
-- count but children whose other class counts everybody on that day.
with

returns as (

    select distinct on (school_code, grade, class_no, day) *
    from {{ ref('stg_school__class_return') }}
    order by school_code, grade, class_no, day, business_date desc, returned_at desc

),

absences as (

    select * from {{ ref('int_count_named_absences') }}

),

seats as (

    select * from {{ ref('int_pair_seats') }}

),

sizes as (

    select * from {{ ref('int_count_class_sizes') }}

),

newcomers as (

    select n.school_code, r.day, count(*) as n_newcomers
    from (select distinct school_code, day from returns) as r
    inner join {{ ref('int_spell_newcomers') }} as n
        on r.school_code = n.school_code and r.day >= n.from_on and r.day < n.to_on
    group by n.school_code, r.day

),

rolls as (

    select sender as unit_code, max(business_date) as last_on
    from {{ ref('stg_ops__delivery') }}
    where feed = 'roll' and verdict = 'accepted'
    group by sender

),

schools as (

    select distinct on (school_code) school_code, school_kind
    from {{ ref('stg_school__school') }}
    order by school_code, valid_from desc

),

school_days as (

    select * from {{ ref('int_count_school_days') }}

),

judged as (

    select
        r.unit_code, r.school_code, r.grade, r.class_no, r.day, d.stage, d.day_no, d.stale_on,
        d.short_stale_on, r.filed_by,
        r.n_expected = r.n_present + r.n_absent and coalesce(a.n_rows, 0) >= r.n_absent as is_sound,
        r.n_expected - coalesce(z.n_enrolled, 0) as n_over,
        greatest(z.n_enrolled - r.n_expected, 0) as n_left_out
    from returns as r
    left join schools as s on r.school_code = s.school_code
    inner join school_days as d
        on r.unit_code = d.unit_code and r.day = d.day
            and d.stage = {{ stage_of('r.grade', 's.school_kind') }}
    left join absences as a
        on r.school_code = a.school_code and r.grade = a.grade
            and r.class_no = a.class_no and r.day = a.day
    left join sizes as z
        on r.school_code = z.school_code and r.grade = z.grade and r.class_no = z.class_no
            and r.day >= z.from_on and r.day < z.to_on

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
    left join newcomers as n on j.school_code = n.school_code and j.day = n.day
    left join elsewhere as e
        on j.school_code = e.school_code and j.grade = e.grade
            and j.class_no = e.class_no and j.day = e.day

)

select
    unit_code, school_code, grade, class_no, day, stage, day_no, stale_on, short_stale_on, filed_by,
    is_sound, is_full, is_beyond_newcomers
from decided
