{{
    config(
        indexes=[
            {'columns': ['unit_code', 'school_day_no']},
            {'columns': ['unit_code', 'day']},
        ]
    )
}}

-- Every day of each unit with the number of school days up to it, far enough ahead for limits set
-- in school days. A day is a school day of the unit if any of its stages has school; a unit
-- without a calendar follows the majority, and beyond all calendars the plain week.
with

calendar as (

    select distinct on (unit_code, stage, day) unit_code, stage, day, school_day
    from {{ ref('stg_school__calendar') }}
    order by unit_code, stage, day, valid_from desc

),

units as (

    select unit_code from {{ ref('seed_unit') }}
    union all
    select '500000'

),

unit_days as (

    select unit_code, day, max(school_day) > 0 as is_school_day
    from calendar
    group by unit_code, day

),

majority as (

    select day, avg(is_school_day::integer) >= 0.5 as is_school_day
    from unit_days
    group by day

),

spine as (

    select u.unit_code, d.day::date as day
    from units as u
    cross join
        generate_series(
            {{ as_of() }} - interval '800 days', {{ as_of() }} + interval '200 days',
            interval '1 day'
        ) as d (day)

),

decided as (

    select
        s.unit_code, s.day,
        coalesce(d.is_school_day, m.is_school_day, extract(isodow from s.day) < 6) as is_school_day
    from spine as s
    left join unit_days as d on s.unit_code = d.unit_code and s.day = d.day
    left join majority as m on s.day = m.day

)

select
    unit_code,
    day,
    is_school_day,
    sum(is_school_day::integer) over (partition by unit_code order by day) as school_day_no
from decided
