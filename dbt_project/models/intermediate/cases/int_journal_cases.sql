{{ config(indexes=[{'columns': ['child_key', 'case_year']}]) }}

-- The journal: every event that moved a case and every step that people took, with what came of
-- it.
with

walked as (

    select * from {{ ref('int_walk_cases') }}

),

events as (

    select * from {{ ref('int_list_case_events') }}

)

select
    w.child_key, w.seq, w.case_year, w.episode_no, w.episode_from,
    e.on_date, e.event, e.actor_role, w.state_before, w.state, w.state_since, w.kind,
    w.n_returned, w.is_accepted, w.refusal, w.unit_code, w.school_code, w.category, w.channel,
    w.opening_evidence,
    e.unit_code as acting_unit_code, e.action_no, e.rule, e.evidence, e.cause, e.disposition,
    e.evidence_kind, e.document_no, e.due_on, e.ladder,
    case
        when w.state <> 'closed' or not w.is_accepted then null
        -- Also of a case that had already closed itself.
        when e.event in ('verify_false', 'corrected') then 'false_alarm'
        when w.state_before = 'closed' then null
        when e.event = 'present' then 'came_back'
        when e.event = 'settled' then 'accounted'
        when e.event = 'removal_approved' then 'removed'
        when e.event = 'defer' then 'deferred'
        else e.outcome
    end as outcome,
    case
        when not w.is_accepted then null
        when e.contradicted_on is not null then 'contradicted_by_attendance'
        when e.is_present and e.event in ('verify_dropout', 'verify_never_enrolled')
            then 'present_though_out'
        when e.is_missing and w.state = 'closed' and w.state_before <> 'closed'
            then 'closed_while_missing'
    end as finding
from walked as w
inner join events as e on w.child_key = e.child_key and w.seq = e.seq
where w.is_accepted or e.actor_role <> 'data'
