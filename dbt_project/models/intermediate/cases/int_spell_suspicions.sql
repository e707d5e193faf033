{{ config(indexes=[{'columns': ['child_key']}]) }}

-- Stretches of time in which what the data say about a child opens a case, by seed_case_opening.
-- Statuses that follow each other without a gap are one stretch: a case opens once. Days of grace
-- that are working days count as school days of the unit, so that no case opens in the holidays.
with

statuses as not materialized (

    select * from {{ ref('int_spell_statuses') }}

),

openings as (

    select * from {{ ref('seed_case_opening') }}
    where opens_case

),

days as (

    select * from {{ ref('int_list_unit_days') }}

),

grounds as (

    select
        s.child_key, s.from_on, s.to_on, s.rule, s.unit_code, s.school_code, s.days_absent,
        s.evidence,
        o.event, o.after_days, o.day_kind, o.category, o.channel,
        coalesce(s.from_on <> lag(s.to_on) over by_child, true) as is_first
    from statuses as s
    inner join openings as o on s.rule = o.rule
    where s.from_on <= {{ as_of() }}
    window by_child as (partition by s.child_key order by s.from_on)

),

numbered as (

    select
        *,
        sum(is_first::integer) over (partition by child_key order by from_on) as stretch_no
    from grounds

),

timed as (

    select
        *,
        min(from_on) over by_stretch as since_on,
        max(to_on) over by_stretch as until_on,
        min(from_on) filter (where event = 'dropout_due') over by_stretch as dropout_on
    from numbered
    window by_stretch as (partition by child_key, stretch_no)

),

graced as (

    select
        t.*,
        greatest(
            t.from_on,
            case
                when t.day_kind = 'calendar' then t.since_on + t.after_days
                -- Beyond the calendar: the plain week.
                else coalesce(l.day, t.since_on + t.after_days * 7 / 5)
            end
        ) as opens_on
    from timed as t
    left join days as d
        on t.day_kind = 'school' and coalesce(t.unit_code, '500000') = d.unit_code
            and t.since_on = d.day
    left join days as l
        on d.unit_code = l.unit_code and l.is_school_day
            and d.school_day_no + t.after_days = l.school_day_no

),

opened as (

    select distinct on (child_key, stretch_no) *
    from graced
    where opens_on < to_on and opens_on <= {{ as_of() }}
    order by child_key, stretch_no, opens_on

),

desks as (

    select
        child_key,
        min(from_on) as first_on
    from statuses
    where school_code is not null
    group by child_key

)

select
    o.child_key,
    o.since_on,
    o.opens_on,
    o.until_on,
    o.dropout_on,
    o.rule,
    -- Found nowhere, but at a desk before: not a child who never came.
    case
        when o.category = 'suspected_never_enrolled' and d.first_on < o.since_on
            then 'suspected_dropout'
        else o.category
    end as category,
    o.channel,
    o.unit_code,
    o.school_code,
    o.days_absent,
    o.evidence
from opened as o
left join desks as d on o.child_key = d.child_key
