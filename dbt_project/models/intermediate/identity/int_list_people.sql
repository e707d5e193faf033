{{ config(materialized='view') }}

-- Everybody whom a row may name: the people of the register, and pupils whom nobody identifies.
-- A view: it has names, which are not stored again here.
with

register as (

    select * from {{ ref('int_register_people') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}
    where not is_linked

),

roll as (

    select * from {{ ref('stg_school__roll') }}

)

select child_key, number_key, name, former_name, birth_on from register
union all
select p.child_key, p.number_key, r.name, r.former_name, r.birth_on
from pupils as p
inner join roll as r on p.pupil_key = r.pupil_key
