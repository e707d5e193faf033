{#- What is joined was just made and has no statistics: it would be taken for a few rows, and
    two million sorted. -#}
{{
    config(
        indexes=[{'columns': ['pupil_key'], 'unique': true}],
        pre_hook=[
            "set local enable_nestloop = off",
            "set local enable_mergejoin = off",
        ],
    )
}}

-- The first tier: pupils whose valid number is a child's, and who agree with that child otherwise.
-- A valid number alone is no proof: siblings' and strangers' numbers are used.
with

roll as not materialized (

    select
        pupil_key, unit_code, school_code, row_hash, valid_from, known_from, id_number_key,
        id_number_state, name, former_name, sex, birth_on, guardian_name, guardian_phone
    from {{ ref('stg_school__roll') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

children as not materialized (

    select * from {{ ref('int_key_children') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

several as not materialized (

    select * from {{ ref('int_list_repeated_pupils') }}

),

followed as (

    select * from {{ ref('int_follow_roll_numbers') }}

),

given as (

    select * from {{ ref('stg_identity__verdict') }}

),

verdicts as (

    {{ followed_verdicts('given', 'followed') }}

),

judged_before as (

    select distinct pupil_key from verdicts

),

versions as materialized (

    select r.* from roll as r
    inner join several as s on r.pupil_key = s.pupil_key

),

newest as (

    select distinct on (pupil_key) * from versions
    order by pupil_key, valid_from desc, id_number_state = 'valid' desc, unit_code, row_hash

),

older_numbers as (

    -- A number that the newest row lacks still counts if the row that had it was about the same
    -- person.
    select distinct on (n.pupil_key) n.pupil_key, r.id_number_key
    from newest as n
    inner join versions as r on n.pupil_key = r.pupil_key
    where
        n.id_number_state <> 'valid' and r.id_number_state = 'valid'
        and (
            {{ same_name('n.name', 'r.name') }}
            or (n.birth_on = r.birth_on and n.sex = r.sex)
        )
    order by n.pupil_key, r.valid_from desc, r.unit_code, r.row_hash

),

evidence as (

    -- The newest row speaks for the pupil.
    select
        r.pupil_key, r.unit_code, r.school_code, r.row_hash, r.valid_from, r.known_from,
        r.id_number_key, r.id_number_state, r.name, r.former_name, r.sex, r.birth_on,
        r.guardian_name, r.guardian_phone
    from roll as r
    left join several as s on r.pupil_key = s.pupil_key
    where s.pupil_key is null
    union all
    select
        n.pupil_key, n.unit_code, n.school_code, n.row_hash, n.valid_from, n.known_from,
        coalesce(o.id_number_key, n.id_number_key) as id_number_key,
        case when o.pupil_key is null then n.id_number_state else 'valid' end as id_number_state,
        n.name, n.former_name, n.sex, n.birth_on, n.guardian_name, n.guardian_phone
    from newest as n
    left join older_numbers as o on n.pupil_key = o.pupil_key

),

claimed as (

    select
        e.*,
        case
            when e.id_number_state = 'valid' then coalesce(c.child_key, e.id_number_key)
        end as number_key
    from evidence as e
    left join corrected as c on e.id_number_key = c.id_number_key

),

held as materialized (

    -- Nearly everybody is written as on the register and needs nothing else: millions against
    -- millions are joined by little, and only of the others is the rest kept.
    select
        p.pupil_key, p.unit_code, p.school_code, p.row_hash, p.valid_from, p.id_number_key,
        p.id_number_state, p.number_key, c.child_key,
        greatest(p.known_from, c.known_from) as both_known_from,
        s.is_same,
        case when not s.is_same then p.name end as name,
        case when not s.is_same then p.former_name end as former_name,
        case when not s.is_same then p.sex end as sex,
        case when not s.is_same then p.birth_on end as birth_on,
        case when not s.is_same then p.guardian_name end as guardian_name,
        case when not s.is_same then p.guardian_phone end as guardian_phone
    from claimed as p
    left join judged_before as v on p.pupil_key = v.pupil_key
    left join children as c on p.number_key = c.number_key
    cross join lateral (
        select
            coalesce(p.name = c.plain and p.birth_on = c.birth_on, false)
            and v.pupil_key is null and p.name not like '%□%' as is_same
    ) as s

),

others as materialized (

    -- Distinct they are; said so, they are not taken for as many as all names times all pupils.
    select distinct on (h.pupil_key, h.child_key)
        h.pupil_key as person_key, h.unit_code, h.school_code, h.row_hash, h.valid_from,
        h.id_number_key, h.id_number_state, h.number_key, h.both_known_from, h.sex, h.birth_on,
        h.guardian_name, h.guardian_phone, k.plain, k.sound, k.surname, f.plain as former_plain,
        h.child_key
    from held as h
    left join names as k on h.name = k.name
    left join names as f on h.former_name = f.name
    where not h.is_same
    order by h.pupil_key, h.child_key

),

compared as materialized (

    select
        p.*,
        c.guardian_name as child_guardian_name,
        c.guardian_phone as child_guardian_phone,
        c.household_no as child_household_no,
        p.birth_on <> c.birth_on as is_other_birth,
        {{ corroboration('p', 'c') }} as method
    from others as p
    left join children as c on p.child_key = c.child_key

),

bearers as materialized (

    {{ bearers('compared', 'children') }}

),

namesakes as (

    {{ namesakes('compared', 'bearers') }}

),

settled as (

    {{ last_words('verdicts', 'compared', 'children') }}

),

refused as (

    -- What people have decided comes before every tier: this pair is not to be, or another is.
    select distinct p.person_key, p.child_key
    from compared as p
    inner join settled as s on p.person_key = s.person_key
    where (s.verdict = 'different') = (s.child_key = p.child_key)

),

judged as materialized (

    select
        p.*,
        n.person_key is not null as has_namesake,
        case
            when r.person_key is not null then null
            when n.person_key is null then p.method
            when p.method in ('number_name', 'number_sound') and not p.is_other_birth then p.method
        end as sound_method
    from compared as p
    left join namesakes as n
        on p.person_key = n.person_key and p.child_key is not distinct from n.child_key
    left join refused as r on p.person_key = r.person_key and p.child_key = r.child_key

),

decided as not materialized (

    select
        pupil_key, unit_code, school_code, row_hash, valid_from, both_known_from, id_number_key,
        id_number_state, number_key, child_key, false as has_namesake, 'number_name' as method
    from held
    where is_same
    union all
    select
        person_key, unit_code, school_code, row_hash, valid_from, both_known_from, id_number_key,
        id_number_state, number_key, child_key, has_namesake, sound_method
    from judged

),

shared as (

    select number_key from {{ ref('int_split_shared_numbers') }}

),

ranked as (

    select
        d.*,
        {{ strength('d.method') }} = lead({{ strength('d.method') }}) over best as is_tied,
        row_number() over best as place
    from decided as d
    where d.number_key in (select s.number_key from shared as s)
    window best as (partition by d.pupil_key order by {{ strength('d.method') }}, d.child_key)

)

select
    pupil_key, unit_code, school_code, row_hash, valid_from, both_known_from, id_number_key,
    id_number_state, number_key, child_key, has_namesake, method
from decided
where number_key is null or number_key not in (select number_key from shared)
union all
-- A number of two people: the one who agrees more, if there is one.
select
    pupil_key, unit_code, school_code, row_hash, valid_from, both_known_from, id_number_key,
    id_number_state, number_key, child_key, has_namesake,
    case when is_tied then null else method end as method
from ranked
where place = 1
