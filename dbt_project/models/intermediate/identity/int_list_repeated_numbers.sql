{{ config(indexes=[{'columns': ['number_key'], 'unique': true}]) }}

-- Numbers under which the register has several rows: hardly any. A table of its own, so that the
-- millions of others need no looking for the newest of one, and can be read by several processes.
with

population as not materialized (

    select * from {{ ref('stg_police__population') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

numbered as not materialized (

    select p.sender, coalesce(c.child_key, p.id_number_key) as number_key
    from population as p
    left join corrected as c on p.id_number_key = c.id_number_key

),

keys as materialized (

    -- Of one column: counted straight from the register, a number would be reckoned as wide as the
    -- whole row, and the counting go to disk.
    select number_key from numbered

),

repeated as materialized (

    select number_key from keys
    group by number_key
    having count(*) > 1

)

select
    n.number_key,
    min(n.sender) <> max(n.sender) as is_shared
from numbered as n
inner join repeated as r on n.number_key = r.number_key
group by n.number_key
