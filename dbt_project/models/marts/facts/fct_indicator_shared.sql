-- What every reader may compare itself with: shared figures of units and municipality, small cells
-- hidden. Whoever answers for a cell reads it in fct_indicator.
with

figures as (

    select f.*
    from {{ ref('fct_indicator') }} as f
    inner join {{ ref('seed_indicator') }} as i on f.indicator = i.indicator
    where i.is_shared and f.breakdown = 'all' and f.tier <> 'school'

),

hidden as (

    select * from {{ ref('int_hide_small_cells') }}

)

select
    f.as_of, f.tier, f.unit_code, f.indicator,
    case when not coalesce(h.is_hidden, false) then f.numerator end as numerator,
    case when not coalesce(h.is_hidden, false) then f.denominator end as denominator,
    case when not coalesce(h.is_hidden, false) then f.value end as value,
    f.measure,
    f.is_available,
    coalesce(h.is_hidden, false) as is_hidden
from figures as f
left join hidden as h
    on f.tier = h.tier and f.indicator = h.indicator
        and f.unit_code is not distinct from h.unit_code
