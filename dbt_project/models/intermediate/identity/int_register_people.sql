{{ config(materialized='ephemeral') }}

-- The police register with the key that survives corrections. Ephemeral: it has names, which are
-- never stored here.
with

population as (

    select * from {{ ref('stg_police__population') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

)

select
    population.*,
    coalesce(corrected.child_key, population.id_number_key) as child_key
from population
left join corrected on population.id_number_key = corrected.id_number_key
