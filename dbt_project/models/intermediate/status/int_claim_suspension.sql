-- Approved suspensions and deferrals, to their last day; and what comes after when nobody registers
-- a return.
with

suspensions as (

    select * from {{ ref('int_date_suspensions') }}

),

schools as (

    select distinct on (school_code) school_code, unit_code
    from {{ ref('stg_school__school') }}
    order by school_code, valid_from desc

),

claims as (

    select
        child_key, rule, unit_code, school_code, evidence, off_roll,
        from_on as claimed_from_on,
        least(over_on, ended_on) as claimed_to_on
    from suspensions
    union all
    -- Of the old ledger's, only who is on a roll when it is over. Who was deferred enters without
    -- any registered return; no class counts it before it has come.
    select
        child_key, 'suspension_over', unit_code, school_code, evidence, off_roll, over_on, ended_on
    from suspensions
    where
        over_on < ended_on
        and (rule = 'suspended' or (not is_deferral and seated_on < over_on))

)

select
    c.child_key,
    c.rule,
    lower(claim.held) as from_on,
    upper(claim.held) as to_on,
    coalesce(c.unit_code, s.unit_code) as unit_code,
    c.school_code,
    0 as days_absent,
    c.evidence
from claims as c
left join schools as s on c.school_code = s.school_code
cross join
    lateral unnest(
        datemultirange(daterange(c.claimed_from_on, c.claimed_to_on)) - c.off_roll
    ) as claim (held)
