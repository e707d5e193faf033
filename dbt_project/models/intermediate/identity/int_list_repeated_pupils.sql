{{ config(indexes=[{'columns': ['pupil_key'], 'unique': true}]) }}

-- Pupils with several rows: few. A table of its own, so that the millions of others need no looking
-- for the row that speaks, and can be read by several processes.
with

roll as not materialized (

    select * from {{ ref('stg_school__roll') }}

),

keys as materialized (

    -- Of one column: counted straight from the roll, a pupil would be reckoned as wide as the whole
    -- row, and the counting go to disk.
    select pupil_key from roll

)

select pupil_key
from keys
group by pupil_key
having count(*) > 1
