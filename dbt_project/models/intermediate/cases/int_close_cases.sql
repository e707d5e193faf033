{{ config(indexes=[{'columns': ['child_key']}]) }}

-- How each case was last closed: by whom, with which outcome, disposition and evidence. A removal
-- is approved on the evidence of its proposal, a closing by the data on the deliveries that show
-- it.
with

journal as (

    select * from {{ ref('int_journal_cases') }}

),

told as (

    select
        *,
        lag(outcome) over (partition by child_key, case_year order by seq) as outcome_before
    from journal
    where outcome is not null

),

closings as (

    -- A correction adds nothing to a false alarm that people have called.
    select distinct on (child_key, case_year) *
    from told
    where
        event <> 'corrected' or state_before <> 'closed'
        or outcome_before is distinct from 'false_alarm'
    order by child_key, case_year, seq desc

),

proposals as (

    select distinct on (child_key, case_year) *
    from journal
    where event = 'removal_proposed' and is_accepted
    order by child_key, case_year, seq desc

)

select
    c.child_key,
    c.case_year,
    c.outcome,
    c.actor_role as closed_by,
    case
        when c.event = 'removal_approved' then p.disposition
        when c.event = 'defer' then coalesce(c.disposition, 'deferral')
        else c.disposition
    end as disposition,
    case
        when c.event = 'removal_approved' then p.evidence_kind
        -- What the data show needs no paper: the status that shows it is the evidence.
        when c.actor_role = 'data' then coalesce('rule:' || c.rule, 'absence_withdrawn')
        else c.evidence_kind
    end as closing_evidence
from closings as c
left join proposals as p
    on c.event = 'removal_approved' and c.child_key = p.child_key and c.case_year = p.case_year
