{{
    config(
        indexes=[{'columns': ['school_code', 'grade', 'class_no', 'day']}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- Nested loops off: looping over grouped CTEs takes minutes where hashing them takes a second.
--
-- Each class's return of a school day, held against the absences that came and against the roll. It
-- is sound if it adds up and every absence it announces has arrived as a row of a pupil of the
-- school: one whose row was lost, or mistyped, would otherwise pass for present. Absentees who have
-- no seat in the class do not fill its count: there they would stand for one who is missing.
with

returns as (

    select distinct on (school_code, grade, class_no, day) *
    from {{ ref('stg_school__class_return') }}
    order by school_code, grade, class_no, day, business_date desc, returned_at desc

),

absences as (

    select * from {{ ref('int_count_named_absences') }}

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

counted as (

    select
        r.*,
        coalesce(a.n_rows, 0) as n_rows,
        r.n_expected - least(coalesce(a.n_unseated, 0), r.n_absent) as n_counted
    from returns as r
    left join absences as a
        on r.school_code = a.school_code and r.grade = a.grade
            and r.class_no = a.class_no and r.day = a.day

),

judged as (

    select
        r.unit_code, r.school_code, r.grade, r.class_no, r.day, d.stage, d.school_year,
        d.day_no, d.stale_on, d.short_stale_on, r.filed_by,
        r.n_expected = r.n_present + r.n_absent and r.n_rows >= r.n_absent as is_sound,
        (r.n_counted - coalesce(z.n_enrolled, 0))::integer as n_over,
        greatest(z.n_enrolled - r.n_counted, 0)::integer as n_left_out
    from counted as r
    left join schools as s on r.school_code = s.school_code
    inner join school_days as d
        on r.unit_code = d.unit_code and r.day = d.day
            and d.stage = {{ stage_of('r.grade', 's.school_kind') }}
    left join sizes as z
        on r.school_code = z.school_code and r.grade = z.grade and r.class_no = z.class_no
            and r.day >= z.from_on and r.day < z.to_on

)

select * from judged
