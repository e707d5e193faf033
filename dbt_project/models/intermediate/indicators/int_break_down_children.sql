{{ config(materialized='view') }}

-- Counts of children, once in every breakdown they belong to.
with

counted as (

    select * from {{ ref('int_count_children') }}

)

select c.*, b.breakdown, b.breakdown_value
from counted as c
cross join {{ break_down('c', also=['age_stage', 'status']) }} as b
