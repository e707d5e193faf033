{{ config(indexes=[{'columns': ['number_key'], 'unique': true}]) }}

-- Numbers under which the register has several rows: hardly any. A table of its own, so that the
-- millions of others need no looking for the newest of one, and can be read by several processes.
with

population as (

    select * from {{ ref('stg_police__population') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

numbered as (

    select p.sender, coalesce(c.child_key, p.id_number_key) as number_key
    from population as p
    left join corrected as c on p.id_number_key = c.id_number_key

)

select
    number_key,
    min(sender) <> max(sender) as is_shared
from numbered
group by number_key
having count(*) > 1
