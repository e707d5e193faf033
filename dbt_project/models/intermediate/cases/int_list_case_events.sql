{{ config(indexes=[{'columns': ['child_key', 'seq'], 'unique': true}]) }}

-- All that happens to a child's case, in order. Of one day's events the grounds come first, then
-- the steps in the order of the process, then what shows the child back.
with

data as (

    select * from {{ ref('int_list_data_events') }}

),

actions as (

    select * from {{ ref('int_confront_case_actions') }}

),

children as (

    select * from {{ ref('int_list_children') }}

),

told as (

    select *, 'data' as actor_role, null as action_no
    from data

),

taken as (

    select
        child_key, acted_on as on_date,
        30 + array_position(
            array[
                'report', 'verify_dropout', 'verify_never_enrolled', 'persuade', 'order', 'penalty',
                'court', 'lost', 'hand_over', 'accept', 'return_claimed', 'verify_false', 'defer',
                'removal_proposed', 'removal_approved', 'removal_rejected', 'close'
            ], action_kind
        ) as event_order,
        action_kind as event, unit_code, school_code,
        null as category, actor_role as channel, null as rule,
        'case_action:' || filed_by as evidence, actor_role, action_no
    from actions

),

together as (

    select * from told
    union all
    select * from taken

)

select
    t.*,
    c.home_unit_code,
    coalesce(a.is_owners_only and t.actor_role in ('unit', 'township'), false) as is_owners_only,
    -- Where a watch may begin or end: the school days before at which the child was at a desk.
    case
        when t.event in ('present', 'close') then {{ n_seen_before('t.child_key', 't.on_date') }}
    end as n_seen,
    a.refusal, coalesce(a.needs_watch, false) as needs_watch, a.cause, a.disposition, a.outcome,
    a.evidence_kind, a.document_no, a.due_on, a.ladder, a.is_present, a.is_missing,
    coalesce(a.is_against_presence, false) as is_against_presence,
    a.contradicted_on, a.case_unit_code, a.case_school_code,
    row_number() over (
        partition by t.child_key order by t.on_date, t.event_order, t.event, t.action_no, t.rule
    )::integer as seq
from together as t
left join actions as a on t.action_no = a.action_no
left join children as c on t.child_key = c.child_key
