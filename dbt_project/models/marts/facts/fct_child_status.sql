{{
    config(
        indexes=[
            {'columns': ['child_key', 'from_on'], 'unique': true},
            {'columns': ['unit_code', 'school_code']},
        ],
        post_hook="{{ status_on() }}",
    )
}}

-- The verdict: what the data say, and 辍学 or 失学 where the ledger holds the child verified as
-- such and the data still say that something is open. A lead becomes a verdict by people or by the
-- days of the rule, never by itself; a status that is not open is newer word than the ledger's.
with

statuses as not materialized (

    select * from {{ ref('int_spell_statuses') }}

),

verdicts as (

    select v.*, r.status, r.owner_tier, s.is_open
    from {{ ref('int_spell_case_verdicts') }} as v
    inner join {{ ref('seed_rule') }} as r on v.rule = r.rule
    inner join {{ ref('seed_status') }} as s on r.status = s.status

),

replaced as (

    select
        s.child_key, s.from_on as said_from_on, v.status, v.rule, v.is_open, v.owner_tier,
        s.unit_code, s.school_code, s.days_absent,
        concat_ws(' ', v.evidence, s.evidence) as evidence,
        greatest(s.from_on, v.from_on) as from_on,
        least(s.to_on, v.to_on) as to_on
    from statuses as s
    inner join verdicts as v
        on s.child_key = v.child_key and s.from_on < v.to_on and s.to_on > v.from_on
    where s.is_open and s.status <> v.status

),

taken as (

    select child_key, said_from_on, range_agg(daterange(from_on, to_on)) as spells
    from replaced
    group by child_key, said_from_on

),

left_over as (

    select s.*, unnest(datemultirange(daterange(s.from_on, s.to_on)) - t.spells) as spell
    from statuses as s
    inner join taken as t on s.child_key = t.child_key and s.from_on = t.said_from_on

),

kept as (

    select s.* from statuses as s
    left join taken as t on s.child_key = t.child_key and s.from_on = t.said_from_on
    where t.child_key is null

)

select
    child_key, from_on, to_on, status, rule, is_open, owner_tier, unit_code, school_code,
    days_absent, evidence
from kept
union all
select
    child_key, lower(spell), upper(spell), status, rule, is_open, owner_tier, unit_code,
    school_code, days_absent, evidence
from left_over
union all
select
    child_key, from_on, to_on, status, rule, is_open, owner_tier, unit_code, school_code,
    days_absent, evidence
from replaced
