{{ config(indexes=[{'columns': ['child_key']}]) }}

-- What the data do to cases, by date. Of one day's events the old ledger and the grounds of a case
-- come first, what shows the child back comes last.
with

suspicions as (

    select * from {{ ref('int_spell_suspicions') }}

),

old_cases as (

    select * from {{ ref('int_list_old_cases') }}

),

actions as (

    select * from {{ ref('int_confront_case_actions') }}

),

statuses as (

    select * from {{ ref('int_spell_case_statuses') }}

),

data as (

    select
        child_key, opened_on as on_date, 10 as event_order, 'old_' || case_status as event,
        unit_code, null as school_code, null as category, 'old_ledger' as channel, null as rule,
        'opening_case:' || filed_by as evidence
    from old_cases
    union all
    select
        child_key, opens_on, 20, 'suspicion', unit_code, school_code, category, channel, rule,
        evidence
    from suspicions
    union all
    select
        child_key, dropout_on, 21, 'dropout_due', unit_code, school_code, 'dropout', channel, rule,
        null
    from suspicions
    where dropout_on is not null
    union all
    select child_key, from_on, 60, event, unit_code, school_code, null, null, rule, null
    from statuses
    where event is not null
    union all
    select
        a.child_key, a.acted_on, 60, s.event, s.unit_code, s.school_code, null, null, s.rule, null
    from actions as a
    inner join statuses as s
        on a.child_key = s.child_key and a.acted_on > s.from_on and a.acted_on < s.to_on
    where a.action_kind = 'return_claimed' and a.is_present
    union all
    -- At a desk already when the old ledger's watch began.
    select
        o.child_key, o.opened_on, 60, s.event, s.unit_code, s.school_code, null, null, s.rule, null
    from old_cases as o
    inner join statuses as s
        on o.child_key = s.child_key and o.opened_on > s.from_on and o.opened_on < s.to_on
    where o.case_status = 'watch' and s.event = 'present'
    union all
    -- People acted on absences that are no longer believed: there was a case, and it stays.
    select
        a.child_key, a.acted_on, 25, 'withdrawn', s.unit_code, s.school_code,
        'suspected_dropout', 'attendance', null, 'case_action:' || a.filed_by
    from actions as a
    inner join statuses as s
        on a.child_key = s.child_key and a.acted_on >= s.from_on and a.acted_on < s.to_on
    where
        a.corrected_on is not null
        and not exists (
            select 1 from actions as b
            where
                b.child_key = a.child_key and b.corrected_on is not null
                and b.acted_on >= a.acted_on - 30
                and (b.acted_on, b.action_no) < (a.acted_on, a.action_no)
        )
    union all
    select child_key, contradicted_on, 70, 'contradicted', null, null, null, null, null, null
    from actions
    where contradicted_on is not null
    union all
    select child_key, corrected_on, 70, 'corrected', null, null, null, null, null, null
    from actions
    where corrected_on is not null
    union all
    select
        -- A dropout by the rule comes back as one: it is watched again before it closes.
        a.child_key, a.recheck_on, 22, coalesce(o.event, 'suspicion'), s.unit_code, s.school_code,
        o.category, o.channel, s.rule, null
    from actions as a
    inner join statuses as s
        on a.child_key = s.child_key and a.recheck_on >= s.from_on and a.recheck_on < s.to_on
    inner join {{ ref('seed_case_opening') }} as o on s.rule = o.rule
    where a.recheck_on is not null and a.refusal is null

)

select distinct *
from data
where on_date <= {{ as_of() }}
