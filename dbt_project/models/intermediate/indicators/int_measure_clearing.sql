-- Dynamic clearing (动态清零): how many children of hardship are on the ledger with a case that is not
-- closed, which has to be none. A unit without any has a row that says 0: the ledger is its input.
with

cases as (

    select * from {{ ref('int_group_cases') }}
    where is_open and is_poor

),

units as (

    select * from {{ ref('seed_unit') }}

),

counted as (

    select c.unit_code, c.school_code, b.breakdown, b.breakdown_value, count(*) as n_open
    from cases as c
    cross join {{ break_down('c') }} as b
    group by 1, 2, 3, 4
    union all
    select unit_code, null, 'all', 'all', 0 from units

)

select
    unit_code, school_code, breakdown, breakdown_value,
    'poor_cases_open' as indicator,
    sum(n_open)::bigint as numerator,
    null::bigint as denominator
from counted
group by 1, 2, 3, 4
