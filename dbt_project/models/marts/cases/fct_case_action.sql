{{ config(indexes=[{'columns': ['case_no']}, {'columns': ['unit_code', 'school_code']}]) }}

-- The journal of the ledger: what the data showed and what people did, step by step, with what came
-- of it. Whoever may see a case sees all its steps, also those before the unit took it over. Steps
-- about nobody known are here too.
with

journal as (

    select * from {{ ref('int_journal_cases') }}

),

actions as (

    select distinct on (a.action_no) a.*, i.child_key
    from {{ ref('stg_school__case_action') }} as a
    inner join {{ ref('int_identify_case_actions') }} as i on a.action_no = i.action_no
    order by a.action_no, a.business_date desc, a.filed_by desc

),

cases as (

    select * from {{ ref('fct_case') }}

),

children as (

    select * from {{ ref('int_list_children') }}

),

told as (

    select
        j.child_key,
        c.case_no,
        j.seq as step_no, j.on_date as acted_on, j.event, j.actor_role, j.action_no,
        coalesce(c.unit_code, j.unit_code, j.acting_unit_code) as unit_code,
        coalesce(c.admin_unit_code, k.home_unit_code) as admin_unit_code,
        c.school_code, j.acting_unit_code,
        j.ladder, j.cause, j.disposition, j.evidence_kind, j.document_no, j.due_on,
        nullif(j.state_before, 'none') as state_before,
        nullif(j.state, 'none') as state_after,
        j.is_accepted, j.refusal, j.finding, j.outcome, j.rule, j.evidence
    from journal as j
    left join cases as c
        on {{ case_number('j.child_key', 'j.case_year') }} = c.case_no
    left join children as k on j.child_key = k.child_key
    union all
    select
        null, null, null, a.acted_on, a.action_kind, a.actor_role, a.action_no,
        a.unit_code, null as admin_unit_code, a.school_code, a.unit_code as acting_unit_code,
        null, a.cause, a.disposition, a.evidence_kind, a.document_no, a.due_on,
        null, null,
        false, 'child_unknown', null, null, null, 'case_action:' || a.filed_by
    from actions as a
    where a.child_key is null

)

select * from told
