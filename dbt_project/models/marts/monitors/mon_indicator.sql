{{ config(materialized='view') }}

-- Every figure a reader may see: its own tier's as they are, other units' and the municipality's
-- for comparison with small cells hidden.
with

own as (

    select * from {{ ref('fct_indicator') }}

),

shared as (

    select * from {{ ref('fct_indicator_shared') }}

),

indicators as (

    select * from {{ ref('dim_indicator') }}

),

seen as (

    select
        as_of, tier, unit_code, school_code, breakdown, breakdown_value, indicator, numerator,
        denominator, value, is_available, missing, false as is_hidden
    from own
    union all
    select
        s.as_of, s.tier, s.unit_code, null, 'all', 'all', s.indicator, s.numerator,
        s.denominator, s.value, s.is_available, null, s.is_hidden
    from shared as s
    where not exists (
            select 1 from own as o
            where
                o.tier = s.tier and o.indicator = s.indicator and o.breakdown = 'all'
                and o.unit_code is not distinct from s.unit_code
        )

)

select s.*, i.zh as indicator_zh, i.measure, i.target, i.target_is
from seen as s
inner join indicators as i on s.indicator = i.indicator
