{#- What is joined was just made and has no statistics: it would be taken for a few rows. -#}
{{ config(pre_hook="set local enable_nestloop = off") }}

-- Each person whom another row names, beside the child of its number and beside the pupils it may
-- be: whether they agree, under the same conditions as a pupil with the child of its number.
with

people as (

    select distinct on (person_key) * from {{ ref('int_key_named_rows') }}
    order by person_key

),

enrolled as (

    select * from {{ ref('int_find_pupils_named') }}

),

children as not materialized (

    select * from {{ ref('int_key_children') }}

),

verdicts as (

    select * from {{ ref('int_follow_verdicts') }}

),

compared as materialized (

    select
        n.person_key, n.id_number_key, n.plain, n.former_plain, n.sound, n.sex, n.birth_on,
        null::text as guardian_name, null::text as guardian_phone, c.child_key,
        c.guardian_name as child_guardian_name, c.guardian_phone as child_guardian_phone,
        c.household_no as child_household_no, null::uuid as pupil_key,
        n.birth_on <> c.birth_on as is_other_birth,
        {{ corroboration('n', 'c') }} as agreement
    from people as n
    left join children as c on n.number_key = c.number_key
    union all
    select
        n.person_key, n.id_number_key, n.plain, n.former_plain, n.sound, n.sex, n.birth_on,
        null, null, r.child_key, r.guardian_name, r.guardian_phone, r.household_no, r.pupil_key,
        n.birth_on <> r.birth_on,
        {{ corroboration('n', 'r') }}
    from people as n
    inner join enrolled as r on n.person_key = r.person_key

),

others as materialized (

    -- Those whom somebody else's name could put in doubt.
    select * from compared
    where agreement is null or agreement <> 'number_name' or is_other_birth is not false

),

bearers as materialized (

    {{ bearers('others', 'children') }}

),

namesakes as (

    {{ namesakes('others', 'bearers') }}

),

refused as (

    {{ refused_pairs('verdicts', 'compared', 'children') }}

)

select
    p.person_key,
    p.pupil_key,
    p.child_key,
    n.person_key is not null as has_namesake,
    {{ undoubted_method('p', 'n', 'r') }} as method
from compared as p
left join namesakes as n
    on p.person_key = n.person_key and p.child_key is not distinct from n.child_key
left join refused as r on p.person_key = r.person_key and p.child_key = r.child_key
