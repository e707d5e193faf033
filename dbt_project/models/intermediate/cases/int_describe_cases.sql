{#- Cases grouped in several ways are taken for one each, and would be joined row by row. -#}
{{
    config(
        indexes=[{'columns': ['child_key']}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- Each case as its journal leaves it. What was done, proposed and found counts for the present
-- episode; how often a child came back and left again counts for the whole case.
with

journal as (

    select * from {{ ref('int_journal_cases') }}
    where case_year is not null

),

newest as (

    select distinct on (child_key, case_year) *
    from journal
    order by child_key, case_year, seq desc

),

first_evidence as (

    select distinct on (child_key, case_year)
        child_key, case_year, on_date as opened_on, channel, opening_evidence
    from journal
    where is_accepted
    order by child_key, case_year, seq

),

suspicions as (

    select * from {{ ref('int_spell_suspicions') }}
    where channel = 'attendance'

),

found as (

    -- Since when attendance itself speaks of the present episode, whoever spoke first.
    select
        n.child_key, n.case_year,
        case when n.channel = 'attendance' then n.episode_from else min(s.opens_on) end
            as attendance_on
    from newest as n
    left join suspicions as s
        on n.child_key = s.child_key and n.episode_from <= s.opens_on
            and (n.state <> 'closed' or n.state_since >= s.opens_on)
    group by n.child_key, n.case_year, n.channel, n.episode_from

),

counted as (

    select
        j.child_key, j.case_year,
        -- What others report leaves the school's own report owed.
        min(j.on_date) filter (where j.event = 'report' and j.actor_role = 'school')
            as reported_on,
        min(j.on_date) filter (
            where j.event in ('verify_dropout', 'verify_never_enrolled')
            -- A closing is a verdict of its own only where there was none, or it was wrong.
            or j.outcome is not null and j.actor_role <> 'data'
            and (j.outcome = 'false_alarm' or coalesce(j.kind, 'suspected') = 'suspected')
        ) as verified_on,
        -- By the rule, which spares the unit what it had not verified yet.
        min(j.on_date) filter (where j.event = 'dropout_due') as ruled_on,
        -- What was tried before the verdict begins no legal ladder.
        min(j.on_date) filter (where j.event = 'persuade' and j.state <> 'suspected')
            as first_persuaded_on,
        max(j.on_date) filter (where j.event = 'persuade') as persuaded_on,
        count(*) filter (where j.event = 'persuade') as n_persuasions,
        max(j.on_date) filter (where j.event = 'order') as ordered_on,
        max(coalesce(j.due_on, j.on_date)) filter (where j.event = 'order') as order_until,
        max(j.on_date) filter (where j.event = 'penalty') as penalised_on,
        max(j.on_date) filter (where j.event = 'court') as court_on,
        max(j.on_date) filter (where j.event = 'return_claimed') as return_claimed_on,
        min(j.on_date) filter (
            where j.state = 'watch' and j.state_before <> 'watch' or j.outcome = 'came_back'
        ) as returned_on,
        max(j.on_date) filter (where j.actor_role <> 'data') as last_action_on
    from journal as j
    inner join newest as n
        on j.child_key = n.child_key and j.case_year = n.case_year and j.episode_no = n.episode_no
    where j.is_accepted
    group by j.child_key, j.case_year

),

whole as (

    select
        child_key, case_year,
        count(*) filter (where actor_role <> 'data') as n_actions,
        count(*) filter (where not is_accepted) as n_refused,
        count(*) filter (where finding is not null) as n_findings,
        max(ladder) filter (where is_accepted) as ladder,
        (array_agg(cause order by seq desc) filter (where cause is not null))[1] as cause,
        bool_or(cause = 'law') as is_in_law
    from journal
    group by child_key, case_year

),

told as (

    select
        j.child_key, j.case_year,
        -- A school's or township's closing is a proposal, which the unit has to answer.
        max(j.on_date) filter (where j.refusal = 'only_unit_closes') as closing_proposed_on,
        (array_agg(j.finding order by j.seq desc) filter (where j.finding is not null))[1]
            as finding
    from journal as j
    inner join newest as n
        on j.child_key = n.child_key and j.case_year = n.case_year
            -- That the closing before was contradicted is why the case is open again.
            and (
                j.episode_no = n.episode_no
                or j.episode_no = n.episode_no - 1 and j.finding = 'closed_while_missing'
            )
    group by j.child_key, j.case_year

)

select
    n.child_key, n.case_year, f.opened_on, f.channel, n.episode_from, a.attendance_on,
    coalesce(n.channel = 'old_ledger', false) as is_from_old_ledger, n.n_returned as n_reopened,
    n.state, n.state_since, n.kind, n.category, n.unit_code, n.school_code,
    f.opening_evidence,
    case when n.state = 'closed' then n.state_since end as closed_on,
    c.reported_on, c.verified_on, c.ruled_on, c.first_persuaded_on, c.persuaded_on, c.n_persuasions,
    c.ordered_on, c.order_until,
    c.penalised_on, c.court_on, w.ladder, c.return_claimed_on, c.returned_on, c.last_action_on,
    t.closing_proposed_on, w.n_actions, w.n_refused, w.n_findings, w.cause, t.finding,
    coalesce(w.is_in_law, false) as is_in_law,
    k.outcome, k.closed_by, k.disposition, k.closing_evidence
from newest as n
inner join first_evidence as f on n.child_key = f.child_key and n.case_year = f.case_year
inner join found as a on n.child_key = a.child_key and n.case_year = a.case_year
inner join counted as c on n.child_key = c.child_key and n.case_year = c.case_year
inner join whole as w on n.child_key = w.child_key and n.case_year = w.case_year
inner join told as t on n.child_key = t.child_key and n.case_year = t.case_year
left join {{ ref('int_close_cases') }} as k
    on n.child_key = k.child_key and n.case_year = k.case_year and n.state = 'closed'
