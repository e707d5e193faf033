{{
    config(
        indexes=[
            {'columns': ['case_no'], 'unique': true},
            {'columns': ['child_key']},
            {'columns': ['unit_code', 'school_code']},
        ]
    )
}}

-- The ledger: one row per case, as it stands on the published date.
with

cases as (

    select * from {{ ref('int_describe_cases') }}

),

steps as (

    select * from {{ ref('int_time_case_steps') }}

),

children as (

    select * from {{ ref('int_group_case_children') }}

),

old_cases as (

    select * from {{ ref('int_list_old_cases') }}

),

verdicts as (

    select * from {{ ref('int_judge_cases') }}

),

limits as (

    select * from {{ ref('int_date_case_limits') }}

)

select
    {{ case_number('c.child_key', 'c.case_year') }} as case_no,
    o.old_case_no,
    c.child_key,
    k.name_mask,
    c.unit_code,
    c.school_code,
    k.home_unit_code as admin_unit_code,
    k.township_code as admin_township_code,
    c.state,
    c.state <> 'closed' as is_open,
    c.category,
    c.channel,
    c.cause,
    k.status as child_status,
    c.opened_on,
    c.episode_from,
    c.n_reopened::integer as n_reopened,
    c.state_since,
    s.step,
    s.step_since,
    s.owner_tier,
    s.first_due_on,
    s.due_on,
    coalesce(s.is_overdue, false) as is_overdue,
    coalesce(s.n_escalated, 0)::integer as n_escalated,
    c.reported_on,
    l.report_due_on,
    l.is_reported_on_time,
    c.verified_on,
    c.ruled_on,
    v.verdict,
    l.verify_due_on,
    l.is_verified_on_time,
    c.persuaded_on,
    c.n_persuasions::integer as n_persuasions,
    coalesce(c.ladder, 0)::integer as ladder,
    c.ordered_on,
    c.penalised_on,
    c.court_on,
    c.return_claimed_on,
    c.returned_on,
    c.closing_proposed_on,
    c.closed_on,
    c.closed_by,
    c.outcome,
    c.disposition,
    c.closing_evidence,
    c.n_actions::integer as n_actions,
    c.n_refused::integer as n_refused,
    c.n_findings::integer as n_findings,
    c.finding,
    case when not c.is_from_old_ledger then c.verified_on - c.episode_from end as days_to_verify,
    c.returned_on - c.episode_from as days_to_return,
    case when c.state <> 'closed' then {{ as_of() }} - c.episode_from end as days_open,
    k.grade,
    k.is_left_behind,
    k.is_migrant,
    k.is_disabled,
    k.is_poor,
    k.is_filed_poor,
    k.is_minimum_living,
    k.is_orphan,
    k.is_minority,
    c.is_in_law,
    c.opening_evidence as evidence
from cases as c
inner join children as k on c.child_key = k.child_key
inner join verdicts as v on c.child_key = v.child_key and c.case_year = v.case_year
left join steps as s on c.child_key = s.child_key and c.case_year = s.case_year
left join old_cases as o
    on c.child_key = o.child_key and c.channel = 'old_ledger'
left join limits as l on c.child_key = l.child_key and c.case_year = l.case_year
