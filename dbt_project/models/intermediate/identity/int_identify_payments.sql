{#- What is joined was just made and has no statistics: it would be taken for a few rows. -#}
{{
    config(
        indexes=[{'columns': ['unit_code', 'payment_no']}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- Payments under a roll number that is on no roll: by the number of the person paid, if the name
-- agrees. A number alone is no proof.
with

payments as (

    select * from {{ ref('stg_finance__aid_payment') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

people as (

    select * from {{ ref('int_list_people') }}

),

strays as (

    select
        pay.unit_code, pay.payment_no, k.plain,
        coalesce(c.child_key, pay.id_number_key) as number_key
    from payments as pay
    left join pupils as p on pay.pupil_key = p.pupil_key
    left join corrected as c on pay.id_number_key = c.id_number_key
    left join names as k on pay.name = k.name
    where p.pupil_key is null and pay.id_number_state = 'valid'

)

select
    s.unit_code,
    s.payment_no,
    min(p.child_key::text)::uuid as child_key
from strays as s
inner join people as p on s.number_key = p.number_key
left join names as n on p.name = n.name
left join names as f on p.former_name = f.name
where
    {{ same_plain('s.plain', 'n.plain') }}
    or {{ same_plain('s.plain', 'f.plain') }}
group by s.unit_code, s.payment_no
having count(distinct p.child_key) = 1
