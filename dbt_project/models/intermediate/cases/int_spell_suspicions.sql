{{ config(indexes=[{'columns': ['child_key']}]) }}

-- Stretches of time in which what the data say about a child opens a case, by seed_case_opening.
-- Statuses that follow each other without a gap are one stretch: a case opens once.
with

statuses as (

    select * from {{ ref('int_spell_statuses') }}

),

openings as (

    select * from {{ ref('seed_case_opening') }}
    where opens_case

),

grounds as (

    select
        s.child_key, s.from_on, s.to_on, s.rule, s.unit_code, s.school_code, s.days_absent,
        s.evidence,
        o.event, o.after_days, o.category, o.channel,
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
        min(from_on) filter (where event = 'dropout_due') over by_stretch as dropout_on,
        greatest(from_on, min(from_on) over by_stretch + after_days) as opens_on
    from numbered
    window by_stretch as (partition by child_key, stretch_no)

),

opened as (

    select distinct on (child_key, stretch_no) *
    from timed
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
