-- Dynamic clearing (动态清零): how many children of hardship are on the ledger with a case that is not
-- closed, which has to be none. A unit without any has a row that says 0: the ledger is its input.
with

cases as (

    select unit_code, school_code, count(*) as n_open
    from {{ ref('fct_case') }}
    where is_open and is_poor
    group by 1, 2

),

units as (

    select * from {{ ref('seed_unit') }}

),

counted as (

    select unit_code, school_code, n_open from cases
    union all
    select unit_code, null, 0 from units

)

select
    unit_code, school_code, 'all' as breakdown, 'all' as breakdown_value,
    'poor_cases_open' as indicator,
    sum(n_open)::bigint as numerator,
    null::bigint as denominator
from counted
group by 1, 2
