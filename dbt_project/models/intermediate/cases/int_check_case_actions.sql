{{ config(indexes=[{'columns': ['child_key']}]) }}

-- Each step held against who may take it and the proof it needs. Whether the data agree is for
-- int_confront_case_actions, whether the case's state allows it for int_walk_cases.
with

actions as (

    select distinct on (a.action_no)
        -- Column by column: a table may not take the name along.
        i.child_key, a.action_no, a.unit_code, a.school_code, a.action_kind, a.actor_role,
        a.acted_on, a.due_on, a.cause, a.disposition, a.evidence_kind, a.document_no, a.filed_by,
        coalesce(a.disposition, case when a.action_kind = 'defer' then 'deferral' end)
            as claimed_disposition
    from {{ ref('stg_school__case_action') }} as a
    inner join {{ ref('int_identify_case_actions') }} as i on a.action_no = i.action_no
    where i.child_key is not null
    order by a.action_no, a.business_date desc, a.filed_by desc

),

rules as (

    select
        *,
        array_remove(
            array[
                case when by_school then 'school' end, case when by_township then 'township' end,
                case when by_unit then 'unit' end, case when by_municipality then 'municipality' end
            ], null
        ) as tiers
    from {{ ref('seed_case_action') }}

),

dispositions as (

    select
        disposition, closed_by, outcome,
        array_remove(array_agg(evidence_kind), null) as evidence_kinds
    from {{ ref('seed_disposition') }}
    group by disposition, closed_by, outcome

),

statuses as (

    select * from {{ ref('int_spell_case_statuses') }}

),

judged as (

    select
        a.*, r.ladder, d.outcome,
        r.is_owners_only,
        coalesce(r.proof = 'disposition' and d.closed_by = 'watch', false) as needs_watch,
        s.unit_code as case_unit_code, s.school_code as case_school_code,
        coalesce(s.event = 'present', false) as is_present,
        coalesce(s.is_ground, false) as is_missing,
        -- At a desk that day and the day before: the step says that these marks are false.
        coalesce(r.says_out and s.event = 'present' and b.event = 'present', false)
            as is_against_presence,
        case
            when a.actor_role <> all(r.tiers) and a.action_kind in ('close', 'defer')
                and a.actor_role in ('school', 'township') then 'only_unit_closes'
            when a.actor_role <> all(r.tiers) then 'tier_may_not'
            when r.proof = 'any' and a.evidence_kind is null then 'evidence_missing'
            when r.proof <> 'disposition' then null
            when d.disposition is null then 'disposition_missing'
            when d.closed_by = 'never' then 'not_closable'
            when d.closed_by = 'municipality' and a.action_kind <> 'removal_proposed'
                then 'needs_municipality'
            when r.outcome <> d.outcome then 'disposition_unfit'
            when a.evidence_kind is null then 'evidence_missing'
            when a.evidence_kind <> all(d.evidence_kinds) then 'evidence_unfit'
        end as refusal
    from actions as a
    inner join rules as r on a.action_kind = r.action_kind
    left join dispositions as d on a.claimed_disposition = d.disposition
    left join statuses as s
        on a.child_key = s.child_key and a.acted_on >= s.from_on and a.acted_on < s.to_on
    left join statuses as b
        on a.child_key = b.child_key and a.acted_on - 1 >= b.from_on and a.acted_on - 1 < b.to_on

)

select * from judged
