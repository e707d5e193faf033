with

indicators as (

    select * from {{ ref('seed_indicator') }}

)

select
    indicator, zh, en, formula_zh, formula, source, measure, counts, target, target_is, cap,
    is_shared, sort
from indicators
