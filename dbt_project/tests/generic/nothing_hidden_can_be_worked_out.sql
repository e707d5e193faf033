{#-
    From the municipality's figure, the units that are shown and one unit's knowledge of its own, nothing hidden
    follows: either the municipality is hidden, or what is left is spread over two units or more and large enough
    that none of them is known to be small. What is left out of a figure that may pass 100% (it has a cap, or is no
    share) may be less than nothing in one unit and more in another: their sum tells of none.
-#}
{% test nothing_hidden_can_be_worked_out(model) %}

with

truth as (

    select
        s.tier, s.unit_code, s.indicator, s.is_hidden, f.numerator, f.denominator,
        i.measure = 'share' and i.cap is null as is_bounded
    from {{ model }} as s
    inner join {{ ref('fct_indicator') }} as f
        on s.tier = f.tier and s.indicator = f.indicator and f.breakdown = 'all'
        and s.unit_code is not distinct from f.unit_code
    inner join {{ ref('seed_indicator') }} as i on s.indicator = i.indicator
    where i.counts = 'children' and s.is_available

),

units as (

    select
        t.*,
        (sum(t.numerator) filter (where t.is_hidden) over w)
        - case when t.is_hidden then t.numerator else 0 end as rest,
        (sum(t.denominator - t.numerator) filter (where t.is_hidden) over w)
        - case when t.is_hidden then t.denominator - t.numerator else 0 end as rest_left_out,
        (count(*) filter (where t.is_hidden) over w)
        - t.is_hidden::integer as n_unknown
    from truth as t
    where t.tier = 'unit'
    window w as (partition by t.indicator)

)

select u.indicator, u.unit_code, u.n_unknown, u.rest, u.rest_left_out
from units as u
inner join truth as m on u.indicator = m.indicator and m.tier = 'municipality'
where
    not m.is_hidden
    and u.n_unknown > 0
    and (
        u.n_unknown < 2 or u.rest < u.n_unknown + 4
        or (u.is_bounded and coalesce(u.rest_left_out, 99) < 5)
    )
union all
select t.indicator, t.unit_code, 1, t.numerator, t.denominator
from truth as t
where
    not t.is_hidden and (
        t.numerator between 1 and 4 or t.denominator between 1 and 4
        or t.denominator - t.numerator between 1 and 4
    )

{% endtest %}
