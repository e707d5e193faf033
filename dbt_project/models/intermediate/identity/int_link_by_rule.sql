{{ config(indexes=[{'columns': ['person_key'], 'unique': true}]) }}

-- The second tier: people whose number is unusable, by strict rules; only where one child fits one
-- person and no other, on either side.
with

people as (

    select * from {{ ref('int_key_unlinked') }}
    where id_number_state <> 'valid'

),

children as not materialized (

    select * from {{ ref('int_key_children') }}

),

neighbours as (

    select * from {{ ref('stg_identity__number_neighbour') }}

),

near_numbers as (

    select p.person_key, p.subject, c.child_key, 'near_number_' || n.how as method, 1 as rule_order
    from people as p
    inner join neighbours as n on p.id_number_key = n.id_number_key
    inner join children as c on n.neighbour_key = c.id_number_key
    where p.plain = c.plain or p.sound = c.sound

),

namesakes as (

    select
        p.person_key, p.subject, c.child_key,
        p.plain = c.plain as is_same_name,
        coalesce(p.district_code = c.district_code, false) as is_same_district,
        coalesce(p.guardian_phone = c.guardian_phone, false)
        or coalesce(p.guardian_name = c.guardian_name, false) as is_same_guardian,
        coalesce(p.district_code = c.district_code, false)::integer
        + coalesce(p.township_code = c.township_code, false)::integer
        + coalesce(p.guardian_phone = c.guardian_phone, false)::integer
        + coalesce(p.guardian_name = c.guardian_name, false)::integer as n_supports
    from people as p
    inner join children as c
        on p.sound = c.sound and p.birth_on = c.birth_on and p.sex = c.sex

),

ruled as (

    select * from near_numbers
    union all
    select
        person_key, subject, child_key,
        case
            when is_same_name and is_same_district then 'name_birth_district'
            when is_same_name and is_same_guardian then 'name_birth_guardian'
            when n_supports >= 2 then 'sound_birth_supports'
        end as method,
        case when is_same_name then 2 else 3 end as rule_order
    from namesakes

),

fitting as (

    select person_key, subject, child_key, min(rule_order || method) as first_method
    from ruled
    where method is not null
    group by person_key, subject, child_key

),

counted as (

    select
        *,
        count(*) over (partition by person_key) as n_children,
        count(*) over (partition by child_key, subject) as n_people
    from fitting

)

select
    person_key,
    subject,
    child_key,
    substr(first_method, 2) as method
from counted
where n_children = 1 and n_people = 1
