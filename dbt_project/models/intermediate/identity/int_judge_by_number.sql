{#- Bearers are taken for a few thousand, and two million sorted. -#}
{{
    config(
        indexes=[{'columns': ['pupil_key'], 'unique': true}],
        pre_hook=["set local enable_nestloop = off", "set local enable_mergejoin = off"],
    )
}}

-- Pupils who are not simply written as on the register: whether they agree with the child whose
-- number they have. A valid number alone is no proof: siblings' and strangers' numbers are used.
with

pairs as (

    select * from {{ ref('int_pair_by_number') }}
    where not is_settled

),

children as not materialized (

    select * from {{ ref('int_key_children') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

verdicts as (

    select * from {{ ref('int_follow_verdicts') }}

),

named as (

    -- Distinct they are; said so, they are not taken for as many as all names times all pupils.
    select distinct on (p.pupil_key, p.child_key)
        p.*, p.pupil_key as person_key, k.plain, k.sound, k.surname, f.plain as former_plain
    from pairs as p
    left join names as k on p.name = k.name
    left join names as f on p.former_name = f.name
    order by p.pupil_key, p.child_key

),

compared as materialized (

    select
        p.*,
        c.guardian_name as child_guardian_name,
        c.guardian_phone as child_guardian_phone,
        c.household_no as child_household_no,
        p.birth_on <> c.birth_on as is_other_birth,
        case when p.is_same then 'number_name' else {{ corroboration('p', 'c') }} end as agreement
    from named as p
    left join children as c on p.child_key = c.child_key

),

bearers as materialized (

    {{ bearers('compared', 'children') }}

),

namesakes as (

    {{ namesakes('compared', 'bearers') }}

),

refused as (

    {{ refused_pairs('verdicts', 'compared', 'children') }}

),

judged as (

    select
        p.*,
        n.person_key is not null as has_namesake,
        {{ undoubted_method('p', 'n', 'r') }} as method
    from compared as p
    left join namesakes as n
        on p.person_key = n.person_key and p.child_key is not distinct from n.child_key
            and not p.is_same
    left join refused as r on p.person_key = r.person_key and p.child_key = r.child_key

),

ranked as (

    -- A number of two people: the one who agrees more, if there is one.
    select
        j.*,
        {{ strength('j.method') }} = lead({{ strength('j.method') }}) over best as is_tied,
        row_number() over best as place
    from judged as j
    window best as (partition by j.pupil_key order by {{ strength('j.method') }}, j.child_key)

)

select
    pupil_key,
    unit_code,
    school_code,
    row_hash,
    valid_from,
    both_known_from,
    id_number_key,
    id_number_state,
    number_key,
    child_key,
    has_namesake,
    case when is_tied then null else method end as method
from ranked
where place = 1
