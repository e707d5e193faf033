{#- A unit is the sum of its schools and what has no school, the municipality the sum of units. -#}
{% test adds_up(model) %}

with

figures as (

    select * from {{ model }}
    where is_available or numerator is not null

),

parts as (

    select
        'unit' as tier, unit_code, breakdown, breakdown_value, indicator,
        sum(numerator) as numerator, sum(denominator) as denominator
    from figures
    where tier = 'school'
    group by 2, 3, 4, 5
    union all
    select
        'municipality', null, breakdown, breakdown_value, indicator,
        sum(numerator), sum(denominator)
    from figures
    where tier = 'unit'
    group by 3, 4, 5

),

wholes as (

    select * from figures
    where tier in ('unit', 'municipality')

)

select coalesce(w.indicator, p.indicator) as indicator, coalesce(w.tier, p.tier) as tier
from wholes as w
full join parts as p
    on w.tier = p.tier
    and coalesce(w.unit_code, '') = coalesce(p.unit_code, '')
    and w.breakdown = p.breakdown
    and w.breakdown_value = p.breakdown_value
    and w.indicator = p.indicator
where
    w.numerator is distinct from p.numerator
    or w.denominator is distinct from p.denominator

{% endtest %}
