{{ config(indexes=[{'columns': ['unit_code', 'school_year'], 'unique': true}]) }}

-- When each unit's school years begin, and when its first roll of each came. A year begins on
-- 1 September, or earlier where the newest word of the unit's calendar has school from August on.
with

units as (

    select * from {{ ref('seed_unit') }}

),

calendar as (

    select distinct on (unit_code, stage, day)
        unit_code, day,
        school_day > 0 as is_school_day
    from {{ ref('stg_school__calendar') }}
    where extract(month from day) = 8
    order by unit_code, stage, day, valid_from desc

),

roll as (

    select * from {{ ref('stg_school__roll') }}

),

roll_days as (

    select unit_code, valid_from from roll
    group by unit_code, valid_from

),

years as (

    select
        generate_series(
            min({{ school_year('valid_from') }}), {{ school_year(as_of()) }} + 1
        ) as school_year
    from roll_days

),

begun as (

    select
        u.unit_code,
        y.school_year,
        least(make_date(y.school_year, 9, 1), min(c.day) filter (where c.is_school_day)) as from_on
    from units as u
    cross join years as y
    left join calendar as c
        on u.unit_code = c.unit_code and y.school_year = extract(year from c.day)
    group by u.unit_code, y.school_year

),

followed as (

    select
        *,
        lead(from_on, 1, 'infinity') over (partition by unit_code order by school_year) as next_on
    from begun

)

select
    f.unit_code,
    f.school_year,
    f.from_on,
    case when f.next_on <= {{ as_of() }} then f.next_on else 'infinity' end as to_on,
    coalesce(min(r.valid_from), 'infinity') as roll_on
from followed as f
left join roll_days as r
    on f.unit_code = r.unit_code and f.from_on <= r.valid_from and f.next_on > r.valid_from
where f.from_on <= {{ as_of() }}
group by f.unit_code, f.school_year, f.from_on, f.next_on
