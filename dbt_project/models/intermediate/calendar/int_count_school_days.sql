{{ config(indexes=[{'columns': ['unit_code', 'stage', 'day'], 'unique': true}]) }}

-- The school days of each unit and stage, numbered. A unit whose calendar has not come follows the
-- majority of units for the stage, then for any stage, then the plain week: without school days
-- silence would never be noticed.
with

calendar as (

    select distinct on (unit_code, stage, day)
        unit_code, stage, day,
        school_day > 0 as is_school_day
    from {{ ref('stg_school__calendar') }}
    where day <= {{ as_of() }}
    order by unit_code, stage, day, valid_from desc

),

units as (

    select * from {{ ref('seed_unit') }}

),

first_day as (

    select min(from_on) as first_on from {{ ref('int_date_first_rolls') }}

),

majority as (

    select stage, day, avg(is_school_day::integer) >= 0.5 as is_school_day
    from calendar
    group by stage, day

),

any_stage as (

    select day, avg(is_school_day::integer) >= 0.5 as is_school_day
    from calendar
    group by day

),

spine as (

    select u.unit_code, s.stage, d.day::date as day
    from first_day as f
    cross join lateral generate_series(f.first_on, {{ as_of() }}, interval '1 day') as d (day)
    cross join units as u
    cross join (values ('primary'), ('junior'), ('special')) as s (stage)

),

school_days as (

    select s.unit_code, s.stage, s.day
    from spine as s
    left join calendar as c
        on s.unit_code = c.unit_code and s.stage = c.stage and s.day = c.day
    left join majority as m on s.stage = m.stage and s.day = m.day
    left join any_stage as a on s.day = a.day
    where
        coalesce(
            c.is_school_day, m.is_school_day, a.is_school_day, extract(isodow from s.day) < 6
        )

),

limits as (

    select
        {{ threshold('silent_class') }}::integer as n_silent,
        {{ threshold('short_class') }}::integer as n_short

),

years as (

    select * from {{ ref('int_date_school_years') }}

),

numbered as (

    select
        unit_code, stage, day,
        row_number() over (partition by unit_code, stage order by day)::integer as day_no
    from school_days

)

select
    n.unit_code,
    n.stage,
    n.day,
    y.school_year,
    n.day_no,
    -- The days on which a report of this day has become too old to believe: when the class has been
    -- silent since, and when it reports but leaves somebody out; at the latest when a year begins.
    least(coalesce(silent.day, 'infinity'), y.to_on) as stale_on,
    least(coalesce(short.day, 'infinity'), y.to_on) as short_stale_on
from numbered as n
cross join limits as l
left join years as y
    on n.unit_code = y.unit_code and n.day >= y.from_on and n.day < y.to_on
left join numbered as silent
    on n.unit_code = silent.unit_code and n.stage = silent.stage
        and n.day_no + l.n_silent + 1 = silent.day_no
left join numbered as short
    on n.unit_code = short.unit_code and n.stage = short.stage
        and n.day_no + l.n_short + 1 = short.day_no
