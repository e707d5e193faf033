{{
    config(
        materialized='table',
        indexes=[{'columns': ['child_key', 'from_on'], 'unique': true}],
        post_hook="analyze {{ this }}",
    )
}}

-- What the data say. Every model of claims may say anything about a child; of what is said for a
-- date, the rule that stands first in seed_rule holds. So a child has one status on every date from
-- its first evidence on.
with

claims as (

    select * from {{ ref('int_claim_attendance') }}
    union all
    select * from {{ ref('int_claim_suspension') }}
    union all
    select * from {{ ref('int_claim_placement') }}
    union all
    select * from {{ ref('int_claim_register') }}
    union all
    select * from {{ ref('int_claim_elsewhere') }}
    union all
    select * from {{ ref('int_claim_residence') }}
    union all
    select * from {{ ref('int_claim_leaving') }}
    union all
    select * from {{ ref('int_claim_school_year') }}
    union all
    select * from {{ ref('int_claim_identity') }}
    union all
    select * from {{ ref('int_claim_age') }}

),

children as (

    select * from {{ ref('int_list_children') }}

),

rules as (

    select * from {{ ref('seed_rule') }}

),

statuses as (

    select * from {{ ref('seed_status') }}

),

started as (

    -- Before the first roll nobody could be found.
    select
        c.child_key,
        c.home_unit_code,
        greatest(c.first_on, (select min(f.from_on) from {{ ref('int_date_first_rolls') }} as f))
            as from_on
    from children as c

),

dated as (

    -- Millions of claims are sorted: what a rule says besides its rank is looked up afterwards.
    select
        c.child_key, r.rule_order, c.school_code, c.days_absent, c.evidence,
        coalesce(c.unit_code, s.home_unit_code) as unit_code,
        daterange(
            greatest(c.from_on, s.from_on),
            case when c.to_on > {{ as_of() }} then 'infinity' else c.to_on end
        ) as claimed
    from claims as c
    inner join started as s on c.child_key = s.child_key
    inner join rules as r on c.rule = r.rule
    where c.from_on <= {{ as_of() }} and c.to_on > greatest(c.from_on, s.from_on)

),

held as (

    -- What no earlier rule has taken.
    select
        *,
        datemultirange(claimed) - coalesce(
            range_agg(claimed) over (
                partition by child_key
                order by rule_order, claimed, unit_code, school_code, evidence
                rows between unbounded preceding and 1 preceding
            ), '{}'
        ) as remaining
    from dated

),

spelled as (

    select
        child_key, rule_order, unit_code, school_code, days_absent, evidence,
        unnest(remaining) as spell
    from held

)

select
    h.child_key,
    lower(h.spell) as from_on,
    upper(h.spell) as to_on,
    r.status,
    r.rule,
    s.is_open,
    r.owner_tier,
    h.unit_code,
    h.school_code,
    h.days_absent,
    h.evidence
from spelled as h
inner join rules as r on h.rule_order = r.rule_order
inner join statuses as s on r.status = s.status
