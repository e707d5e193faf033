{#- What is joined was just made and has no statistics: it would be taken for a few rows. -#}
{{ config(pre_hook="set local enable_nestloop = off") }}

-- What an unsound number may have been meant to say: the sound numbers one slip away, police
-- corrections followed back; or, of one that a spreadsheet cut, every child's number, present or
-- from before a correction, that begins with the digits left.
with

people as (

    select * from {{ ref('int_key_unlinked') }}

),

children as not materialized (

    select number_key, id_number, corrected_digits from {{ ref('int_key_children') }}

),

neighbours as (

    select * from {{ ref('stg_identity__number_neighbour') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

cut as materialized (

    select person_key, left(id_number, 15) as digits_left from people
    where id_number_state = 'cut' and id_number ~ '^[0-9]{18}$'

),

former as (

    select number_key, unnest(string_to_array(corrected_digits, ' ')) as first_digits
    from children
    where corrected_digits is not null

),

readings as (

    select p.person_key, coalesce(c.child_key, n.neighbour_key) as number_key, n.how
    from people as p
    inner join neighbours as n on p.id_number_key = n.id_number_key
    left join corrected as c on n.neighbour_key = c.id_number_key
    where p.id_number_state <> 'valid'
    union all
    select p.person_key, c.number_key, 'cut' from cut as p
    inner join children as c on p.digits_left = left(c.id_number, 15)
    union all
    select p.person_key, f.number_key, 'cut' from cut as p
    inner join former as f on p.digits_left = f.first_digits

)

select distinct on (person_key, number_key)
    person_key,
    number_key,
    how
from readings
order by person_key, number_key, how
