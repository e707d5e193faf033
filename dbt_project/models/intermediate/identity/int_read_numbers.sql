-- What an unsound number may have been meant to say: the sound numbers one slip away, police
-- corrections followed back.
with

people as (

    select * from {{ ref('int_key_unlinked') }}

),

neighbours as (

    select * from {{ ref('stg_identity__number_neighbour') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

)

select distinct on (p.person_key, number_key)
    p.person_key,
    coalesce(c.child_key, n.neighbour_key) as number_key,
    n.how
from people as p
inner join neighbours as n on p.id_number_key = n.id_number_key
left join corrected as c on n.neighbour_key = c.id_number_key
where p.id_number_state <> 'valid'
order by p.person_key, number_key, n.how
