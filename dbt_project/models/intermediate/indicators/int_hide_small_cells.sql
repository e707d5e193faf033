-- Which shared figures of units and of the municipality must not be read outside their tier. A cell
-- is small that tells of 1 to 4 children, by what it counts, by what it leaves out, or by its base.
-- A total goes too where one part, which its own people know, taken from it leaves 1 to 4. Where a
-- unit is hidden, so are the two next smallest: municipality less the others, less one's own, then
-- still leaves two unknowns, one of them large. Are there no two, the municipality's figure is
-- hidden.
with

figures as (

    select f.*
    from {{ ref('fct_indicator') }} as f
    inner join {{ ref('seed_indicator') }} as i on f.indicator = i.indicator
    where i.is_shared and i.counts = 'children' and f.breakdown = 'all' and f.is_available

),

parts as (

    select 'unit' as tier, unit_code, indicator, numerator, denominator
    from figures
    where tier = 'school'
    union all
    select 'municipality', null, indicator, numerator, denominator
    from figures
    where tier = 'unit'

),

judged as (

    select
        f.tier, f.unit_code, f.indicator,
        -- By how many children the cell can be told from an empty or a full one.
        least(f.numerator, abs(f.denominator - f.numerator)) as n_told,
        {{ is_small_cell('f.numerator', 'f.denominator') }}
        or exists (
            select 1 from parts as p
            where
                p.tier = f.tier and p.indicator = f.indicator
                and p.unit_code is not distinct from f.unit_code
                and {{ is_small_cell(
                    '(f.numerator - p.numerator)', '(f.denominator - p.denominator)'
                ) }}
        ) as is_small
    from figures as f
    where f.tier <> 'school'

),

ranked as (

    select
        *,
        bool_or(is_small) over (partition by indicator) as is_any_small,
        row_number() over (
            partition by indicator, is_small or n_told < {{ threshold('small_cell') }}
            order by n_told, unit_code
        ) as nth
    from judged
    where tier = 'unit'

),

units as (

    select
        tier, unit_code, indicator, is_small, is_any_small,
        is_any_small and not is_small and nth <= 2
        and n_told >= {{ threshold('small_cell') }} as is_complement
    from ranked

),

whole as (

    select
        indicator,
        bool_or(is_any_small) and count(*) filter (where is_complement) < 2 as is_given_away
    from units
    group by indicator

)

select tier, unit_code, indicator, is_small or is_complement as is_hidden
from units
union all
select j.tier, j.unit_code, j.indicator, j.is_small or coalesce(w.is_given_away, false)
from judged as j
left join whole as w on j.indicator = w.indicator
where j.tier = 'municipality'
