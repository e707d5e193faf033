-- Dropout rate by persons: of the pupils at the start of the school year, who has dropped out by
-- the published date.
with

starters as (

    select * from {{ ref('int_count_starters') }}

)

select
    s.unit_code, s.school_code, b.breakdown, b.breakdown_value,
    'dropout_rate' as indicator,
    coalesce(sum(s.n_children) filter (where s.is_dropout), 0)::bigint as numerator,
    sum(s.n_children)::bigint as denominator
from starters as s
cross join {{ break_down('s') }} as b
group by 1, 2, 3, 4
