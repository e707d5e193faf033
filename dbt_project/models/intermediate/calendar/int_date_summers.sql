-- The last day of school of each unit's junior schools before the summer. The calendar tells it in
-- advance; where none has come, those of the other units do. Where nobody sent any, the school days
-- counted do, once July is over: before, the last so far is only yesterday.
with

units as (

    select * from {{ ref('seed_unit') }}

),

calendar as (

    select distinct on (unit_code, day)
        unit_code, day,
        school_day > 0 as is_school_day
    from {{ ref('stg_school__calendar') }}
    where stage = 'junior' and extract(month from day) in (6, 7)
    order by unit_code, day, valid_from desc

),

told as (

    select unit_code, {{ school_year('day') }} as school_year, max(day) as last_on
    from calendar
    where is_school_day
    group by 1, 2

),

usual as (

    select school_year, percentile_disc(0.5) within group (order by last_on) as last_on
    from told
    group by school_year

),

counted as (

    select unit_code, {{ school_year('day') }} as school_year, max(day) as last_on
    from {{ ref('int_count_school_days') }}
    where
        stage = 'junior' and extract(month from day) in (6, 7)
        and make_date(extract(year from day)::integer, 8, 1) <= {{ as_of() }}
    group by 1, 2

)

select
    u.unit_code,
    o.school_year,
    coalesce(t.last_on, o.last_on) as last_on
from usual as o
cross join units as u
left join told as t on u.unit_code = t.unit_code and o.school_year = t.school_year
union all
select c.unit_code, c.school_year, c.last_on
from counted as c
left join usual as o on c.school_year = o.school_year
where o.school_year is null
