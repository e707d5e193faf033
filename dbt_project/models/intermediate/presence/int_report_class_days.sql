{{ config(indexes=[{'columns': ['school_code', 'grade', 'class_no', 'day'], 'unique': true}]) }}

-- Which class reported on which school day. A return counts only if it adds up and every absence it
-- announces has arrived as a row: a pupil whose row was lost would otherwise pass for present.
with

returns as (

    select distinct on (school_code, grade, class_no, day) *
    from {{ ref('stg_school__class_return') }}
    order by school_code, grade, class_no, day, business_date desc, returned_at desc

),

absences as (

    select school_code, grade, class_no, day, count(distinct pupil_key) as n_rows
    from {{ ref('stg_school__absence') }}
    group by school_code, grade, class_no, day

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
        and coalesce(a.n_rows, 0) >= r.n_absent as is_reported
    from returns as r
    left join schools as s on r.school_code = s.school_code
    inner join school_days as d
        on r.unit_code = d.unit_code and r.day = d.day
            and d.stage = {{ stage_of('r.grade', 's.school_kind') }}
    left join absences as a
        on r.school_code = a.school_code and r.grade = a.grade
            and r.class_no = a.class_no and r.day = a.day

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
