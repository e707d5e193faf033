{{ config(indexes=[{'columns': ['child_key', 'case_year'], 'unique': true}]) }}

-- Until when each open case's step is due, and at which tier it now lies: a step overdue at one
-- tier rises to the next. A case without a school begins at the unit.
with

steps as (

    select * from {{ ref('int_set_case_steps') }}

),

rules as (

    select *, array_position(array['school', 'unit', 'municipality'], tier) as tier_no
    from {{ ref('seed_case_rule') }}
    where in_force_from <= {{ as_of() }} and in_force_to > {{ as_of() }}

),

days as (

    select * from {{ ref('int_list_unit_days') }}

),

timed as (

    select
        s.child_key, s.case_year, s.step, s.step_since, r.tier, r.tier_no, r.zh, r.en,
        -- Beyond the calendar: the plain days.
        coalesce(later.day, s.step_since + r.due_days) as due_on
    from steps as s
    inner join rules as r on s.step = r.step and (r.tier <> 'school' or s.school_code is not null)
    left join days as d
        on r.day_kind = 'school' and s.unit_code = d.unit_code and s.step_since = d.day
    left join days as later
        on d.unit_code = later.unit_code and later.is_school_day
            and d.school_day_no + r.due_days = later.school_day_no

),

placed as (

    select
        *,
        min(due_on) over by_case as first_due_on,
        min(tier_no) over by_case as first_tier_no,
        row_number() over (
            partition by child_key, case_year
            -- The lowest tier that still has time; when none has, the highest.
            order by
                due_on < {{ as_of() }},
                case when due_on < {{ as_of() }} then -tier_no else tier_no end
        ) as choice
    from timed
    window by_case as (partition by child_key, case_year)

)

select
    child_key, case_year, step, step_since, first_due_on,
    tier as owner_tier,
    due_on,
    zh as step_zh,
    en as step_en,
    first_due_on < {{ as_of() }} as is_overdue,
    tier_no - first_tier_no as n_escalated
from placed
where choice = 1
