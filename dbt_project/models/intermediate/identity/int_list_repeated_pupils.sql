{{ config(indexes=[{'columns': ['pupil_key'], 'unique': true}]) }}

-- Pupils with several rows: few. A table of its own, so that the millions of others need no looking
-- for the row that speaks, and can be read by several processes.
with

roll as (

    select * from {{ ref('stg_school__roll') }}

)

select pupil_key
from roll
group by pupil_key
having count(*) > 1
