-- The last day of school of each unit's junior schools before the summer. The calendar tells it in
-- advance; where none has come, the school days counted so far do.
with

calendar as (

    select distinct on (unit_code, day)
        unit_code, day,
        school_day > 0 as is_school_day
    from {{ ref('stg_school__calendar') }}
    where stage = 'junior'
    order by unit_code, day, valid_from desc

),

days as (

    select unit_code, day from calendar
    where is_school_day
    union
    select unit_code, day from {{ ref('int_count_school_days') }}
    where stage = 'junior'

)

select
    unit_code,
    {{ school_year('day') }} as school_year,
    max(day) as last_on
from days
where extract(month from day) in (6, 7)
group by 1, 2
