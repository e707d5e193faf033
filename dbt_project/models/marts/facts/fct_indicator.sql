{{ config(indexes=[{'columns': ['indicator', 'tier', 'unit_code']}]) }}

-- Every figure, once. A unit is the sum of its schools and of what has no school, the municipality
-- the sum of units; an indicator whose inputs are missing is a row that says so, never 0.
with

measured as (

    select * from {{ ref('int_measure_children') }}
    union all
    select * from {{ ref('int_measure_aid') }}
    union all
    select * from {{ ref('int_measure_deliveries') }}
    union all
    select * from {{ ref('int_measure_cases') }}
    union all
    select * from {{ ref('int_measure_clearing') }}
    union all
    select * from {{ ref('int_measure_enrolment') }}
    union all
    select * from {{ ref('int_measure_dropout') }}
    union all
    select * from {{ ref('int_measure_flows') }}
    union all
    select * from {{ ref('int_measure_retention') }}
    union all
    select * from {{ ref('int_measure_cohort') }}

),

indicators as (

    select * from {{ ref('seed_indicator') }}

),

-- A school's pupils may answer to another unit than the school's sender: the row keeps both.
added as (

    select
        case
            when grouping(unit_code) = 1 then 'municipality'
            when grouping(school_code) = 1 then 'unit'
            else 'school'
        end as tier,
        unit_code, school_code, breakdown, breakdown_value, indicator,
        sum(numerator)::bigint as numerator,
        sum(denominator)::bigint as denominator
    from measured
    group by grouping sets (
        (breakdown, breakdown_value, indicator),
        (breakdown, breakdown_value, indicator, unit_code),
        (breakdown, breakdown_value, indicator, unit_code, school_code)
    )

),

valued as (

    select
        a.*,
        i.measure,
        case
            when i.measure not in ('share', 'ratio', 'days') then a.numerator::numeric(20, 6)
            when a.denominator > 0
                then least(a.numerator::numeric / a.denominator, i.cap)::numeric(20, 6)
        end as value
    from added as a
    inner join indicators as i on a.indicator = i.indicator

),

unavailable as (

    select 'municipality' as tier, null as unit_code, i.indicator, i.measure, 'input' as missing
    from indicators as i
    where not exists (
            select 1 from measured as m
            where m.indicator = i.indicator
        )
    union all
    select 'unit', f.unit_code, f.indicator, i.measure, f.missing
    from {{ ref('int_list_missing_figures') }} as f
    inner join indicators as i on f.indicator = i.indicator

)

select
    {{ as_of() }} as as_of, tier, unit_code, school_code, breakdown, breakdown_value, indicator,
    numerator, denominator, value, measure,
    value is not null as is_available,
    null as missing
from valued
union all
select
    {{ as_of() }}, tier, unit_code, null, 'all', 'all', indicator,
    null, null, null, measure, false, missing
from unavailable
