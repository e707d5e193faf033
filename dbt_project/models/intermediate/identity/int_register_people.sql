{{ config(materialized='view') }}

-- The police register with the key that survives corrections, and apart from it the key of the
-- number, which two people may share. A view: it has names, which are not stored again here; and
-- models that read it more than once would, were it part of them, keep it whole on disk.
with

population as (

    select * from {{ ref('stg_police__population') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

split as (

    select * from {{ ref('int_split_shared_numbers') }}

)

select
    population.*,
    coalesce(corrected.child_key, population.id_number_key) as number_key,
    coalesce(split.child_key, corrected.child_key, population.id_number_key) as child_key
from population
left join corrected on population.id_number_key = corrected.id_number_key
left join split
    on coalesce(corrected.child_key, population.id_number_key) = split.number_key
        and population.sender = split.sender
