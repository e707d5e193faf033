{{
    config(
        indexes=[{'columns': ['school_code', 'grade', 'class_no', 'day'], 'unique': true}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- Nested loops off: the planner takes the grouped CTEs for a handful of rows, and looping over them
-- takes minutes where hashing them takes a second.

-- Which class reported on which school day. A return counts only if it adds up, leaves nobody of
-- the roll out of its count, and every absence it announces has arrived as a row of a pupil of the
-- school: a pupil whose row was lost, or mistyped, would otherwise pass for present.
with

returns as (

    select distinct on (school_code, grade, class_no, day) *
    from {{ ref('stg_school__class_return') }}
    order by school_code, grade, class_no, day, business_date desc, returned_at desc

),

on_roll as (

    -- Also as the roll stands, registered leavings aside: a school that still counts a pupil it has
    -- let go announces that absence too.
    select pupil_key, school_code, from_on, to_on from {{ ref('int_spell_enrolments') }}
    union all
    select pupil_key, school_code, valid_from, valid_to from {{ ref('stg_school__roll') }}

),

absences as (

    select a.school_code, a.grade, a.class_no, a.day, count(distinct a.pupil_key) as n_rows
    from {{ ref('stg_school__absence') }} as a
    inner join on_roll as r
        on a.pupil_key = r.pupil_key and a.school_code = r.school_code
            and a.day >= r.from_on and a.day < r.to_on
    group by a.school_code, a.grade, a.class_no, a.day

),

sizes as (

    select * from {{ ref('int_count_class_sizes') }}

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
        r.filed_by,
        r.n_expected = r.n_present + r.n_absent
        and coalesce(a.n_rows, 0) >= r.n_absent
        and r.n_expected + {{ threshold('class_count_shortfall') }} >= coalesce(z.n_enrolled, 0)
            as is_reported
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

)

select
    *,
    sum(is_reported::integer) over through_day as n_reported,
    min(day) filter (where is_reported) over after_day as next_reported_on
from judged
window
    through_day as (partition by school_code, grade, class_no order by day),
    after_day as (
        partition by school_code, grade, class_no order by day desc
        rows between unbounded preceding and 1 preceding
    )
