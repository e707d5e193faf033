{{ config(materialized='ephemeral') }}

-- Whom each change of the police register is about: the child of its number; where two people bear
-- one number (重号), the one it names, and nobody if it names neither. Ephemeral: it has names.
with

changes as (

    select * from {{ ref('stg_police__population_change') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

shared as (

    select distinct number_key from {{ ref('int_split_shared_numbers') }}

),

people as (

    select * from {{ ref('int_register_people') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

keyed as (

    select
        c.sender, c.change_no, c.change_kind, c.changed_on, c.name, c.to_district_code, c.filed_by,
        coalesce(k.child_key, c.id_number_key) as number_key
    from changes as c
    left join corrected as k on c.id_number_key = k.id_number_key

),

bearers as (

    -- One register may write the traditional characters, the other the simplified ones.
    select p.number_key, p.child_key, n.plain, f.plain as former_plain from people as p
    inner join shared as s on p.number_key = s.number_key
    left join names as n on p.name = n.name
    left join names as f on p.former_name = f.name

),

named as (

    select k.sender, k.change_no, min(b.child_key::text)::uuid as child_key
    from keyed as k
    inner join bearers as b on k.number_key = b.number_key
    inner join names as n on k.name = n.name
    where
        {{ same_plain('n.plain', 'b.plain') }}
        or {{ same_plain('n.plain', 'b.former_plain') }}
    group by k.sender, k.change_no
    having count(distinct b.child_key) = 1

)

select
    k.sender,
    k.change_no,
    case when s.number_key is null then k.number_key else n.child_key end as child_key,
    k.change_kind,
    k.changed_on,
    k.name,
    k.to_district_code,
    k.filed_by
from keyed as k
left join shared as s on k.number_key = s.number_key
left join named as n on k.sender = n.sender and k.change_no = n.change_no
