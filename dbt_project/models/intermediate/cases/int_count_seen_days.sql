{{ config(indexes=[{'columns': ['child_key', 'from_on']}]) }}

-- The spells in which children of the ledger were seen at a desk, with the school days seen before
-- each: so that the days seen up to any date are one look-up (macro n_seen_before).
with

seen as (

    select * from {{ ref('int_spell_case_statuses') }}
    where event = 'present'

),

days as (

    select * from {{ ref('int_list_unit_days') }}

),

counted as (

    select
        s.child_key, s.unit_code, s.from_on, s.to_on,
        b.school_day_no as first_no,
        e.school_day_no - b.school_day_no as n_days
    from seen as s
    inner join days as b on s.unit_code = b.unit_code and s.from_on - 1 = b.day
    inner join days as e
        on s.unit_code = e.unit_code and least(s.to_on - 1, {{ as_of() }}) = e.day

)

select
    child_key,
    unit_code,
    from_on,
    to_on,
    first_no,
    coalesce(
        sum(n_days) over (
            partition by child_key order by from_on
            rows between unbounded preceding and 1 preceding
        ), 0
    )::integer as n_before
from counted
