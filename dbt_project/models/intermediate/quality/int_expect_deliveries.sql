-- Every delivery that a contract promises, from the first business date accepted of more than a few
-- senders to the published date: what one unit tries before all others begin is owed by nobody.
with

feeds as (

    select * from {{ ref('seed_feed') }}

),

units as (

    select * from {{ ref('seed_unit') }}

),

school_days as (

    select distinct day from {{ ref('int_count_school_days') }}

),

begun as (

    select
        business_date,
        count(distinct sender) as n,
        max(count(distinct sender)) over () as most
    from {{ ref('stg_ops__delivery') }}
    where verdict = 'accepted'
    group by business_date

),

started as (

    select min(business_date) as start_on from begun
    where 10 * n >= most

),

days as (

    select d.day::date as day, s.start_on
    from started as s
    cross join lateral generate_series(s.start_on, {{ as_of() }}, interval '1 day') as d (day)

),

firsts as (

    -- What is sent by the term or year is owed for the one in force at the start too.
    select
        f.feed,
        d.due_on::date as due_on,
        lead(d.due_on::date, 1, 'infinity') over (partition by f.feed order by d.due_on) as next_on,
        s.start_on
    from feeds as f
    cross join started as s
    cross join
        lateral generate_series(
            date_trunc('year', s.start_on) - interval '1 year', {{ as_of() }}, interval '1 month'
        ) as d (due_on)
    where
        (f.cadence = 'termly' and extract(month from d.due_on) in (3, 9))
        or (f.cadence = 'yearly' and extract(month from d.due_on) = 9)

),

dues as (

    select f.feed, d.day as due_on
    from feeds as f
    cross join days as d
    left join school_days as s on d.day = s.day
    where
        (f.cadence = 'daily' and s.day is not null)
        or (f.cadence = 'weekly' and extract(isodow from d.day) = coalesce(f.due_day, 1))
        or (f.cadence = 'monthly' and extract(day from d.day) = coalesce(f.due_day, 1))
        or (f.cadence = 'once' and d.day = d.start_on)
    union all
    select feed, due_on from firsts
    where next_on > start_on

),

senders as (

    select f.feed, u.unit_code as sender, u.unit_code
    from feeds as f
    cross join units as u
    where f.senders = 'units'
    union all
    select f.feed, 'police-' || u.district_code, u.unit_code
    from feeds as f
    cross join units as u
    where f.senders = 'police' and u.is_district
    union all
    select feed, senders, null
    from feeds
    where senders not in ('units', 'police')

)

select
    d.feed,
    s.sender,
    s.unit_code,
    d.due_on,
    lead(d.due_on, 1, 'infinity') over (partition by d.feed, s.sender order by d.due_on)
        as next_due_on,
    (d.due_on + f.late_after_days + 1)::timestamp at time zone 'Asia/Shanghai' as late_from,
    (d.due_on + f.missing_after_days + 1)::timestamp at time zone 'Asia/Shanghai' as missing_from
from dues as d
inner join senders as s on d.feed = s.feed
inner join feeds as f on d.feed = f.feed
