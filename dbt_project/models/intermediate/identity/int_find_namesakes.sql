{#- What is joined was just made and has no statistics: it would be taken for a few rows. -#}
{{
    config(
        indexes=[{'columns': ['person_key'], 'unique': true}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- Of those whom no number identifies, who has a namesake (see the macro) beside the child whose
-- number theirs is, or may have been meant to be: an unsound copy of a sibling's number says as
-- little as a sound one. For names with a lost character, which are few, it is looked here alone.
with

people as (

    select * from {{ ref('int_key_unlinked') }}

),

children as not materialized (

    select * from {{ ref('int_key_children') }}

),

readings as (

    select * from {{ ref('int_read_numbers') }}

),

meant as (

    select person_key, claimed_child_key as child_key from people
    where plain like '%□%' and claimed_child_key is not null
    union
    select r.person_key, c.child_key
    from readings as r
    inner join children as c on r.number_key = c.number_key

),

compared as materialized (

    -- Whose name is written as the child's needs no namesake, and whose name shares nothing with it
    -- the model links to nobody. Distinct they are, see int_judge_by_number.
    select distinct on (m.person_key, m.child_key)
        p.person_key, p.plain, p.sound, p.birth_on, p.guardian_name, p.guardian_phone, c.child_key,
        c.guardian_name as child_guardian_name, c.guardian_phone as child_guardian_phone,
        c.household_no as child_household_no, c.township_code as child_township_code
    from meant as m
    inner join people as p on m.person_key = p.person_key
    inner join children as c on m.child_key = c.child_key
    where
        p.plain like '%□%'
        or (
            p.plain <> c.plain
            and (
                p.sound = c.sound
                or p.surname = c.surname
                or {{ given_name('p') }} = {{ given_name('c') }}
            )
        )
    order by m.person_key, m.child_key

),

bearers as materialized (

    {{ bearers('compared', 'children') }}

),

by_name as (

    {{ namesakes('compared', 'bearers') }}

),

near as materialized (

    {{ near_lost('compared', 'children') }}

),

by_pattern as (

    {{ lost_namesakes('compared', 'near') }}

)

select person_key from by_name
union
select person_key from by_pattern
