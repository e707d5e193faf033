{#- What is joined was just made and has no statistics: it would be taken for a few rows. -#}
{{
    config(
        indexes=[{'columns': ['row_hash']}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- The first tier for every other row that names a child: by its number, or by the roll number of a
-- pupil with whom it agrees, under the same conditions as a pupil's own number.
with

named as (

    select * from {{ ref('int_collect_named_rows') }}

),

children as not materialized (

    select * from {{ ref('int_key_children') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

roll as not materialized (

    select
        pupil_key, unit_code, row_hash, valid_from, name, former_name, sex, birth_on,
        guardian_name, guardian_phone
    from {{ ref('stg_school__roll') }}

),

pupils as not materialized (

    select * from {{ ref('int_link_by_number') }}

),

verdicts as (

    select * from {{ ref('stg_identity__verdict') }}

),

distinct_rows as materialized (

    select
        n.feed, n.sender, n.row_hash, n.pupil_key, n.name, n.former_name, n.sex, n.birth_on,
        n.own_key, n.place_code, n.id_number_key,
        -- The same question about the same person, whatever else a new version of the row says.
        md5(
            row(
                n.feed, n.sender, n.answering_unit_code, n.pupil_key, n.id_number_key,
                n.id_number_state, n.name, n.former_name, n.sex, n.birth_on, n.district_code,
                n.township_code
            )::text
        )::uuid as person_key,
        case
            when n.id_number_state = 'valid' then coalesce(c.child_key, n.id_number_key)
        end as number_key,
        min(n.valid_from) as first_on
    from named as n
    left join corrected as c on n.id_number_key = c.id_number_key
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13

),

people as materialized (

    select distinct on (n.person_key)
        n.person_key, n.pupil_key, n.number_key, n.id_number_key, n.sex, n.birth_on,
        k.plain, k.sound, k.surname, f.plain as former_plain
    from distinct_rows as n
    left join names as k on n.name = k.name
    left join names as f on n.former_name = f.name
    order by n.person_key

),

candidates as (

    -- By roll number, or by the number of a pupil who is not on the register.
    select
        n.person_key, p.pupil_key, p.unit_code, p.row_hash, p.valid_from,
        case when p.method is not null then p.child_key end as child_key
    from people as n
    inner join pupils as p on n.pupil_key = p.pupil_key
    union
    select n.person_key, p.pupil_key, p.unit_code, p.row_hash, p.valid_from, null::uuid
    from people as n
    inner join pupils as p on n.number_key = p.number_key
    where p.child_key is null

),

written as materialized (

    select
        n.person_key, n.pupil_key, n.child_key, r.name, r.former_name, r.sex, r.birth_on,
        r.guardian_name, r.guardian_phone,
        (r.unit_code, r.row_hash, r.valid_from)
        = (n.unit_code, n.row_hash, n.valid_from) as is_newest
    from candidates as n
    inner join roll as r on n.pupil_key = r.pupil_key

),

enrolled as (

    -- Older rows speak too if they are about the same person as the newest: under one roll number
    -- may have been two.
    select
        r.person_key, r.pupil_key, r.child_key, r.sex, r.birth_on, r.guardian_name,
        r.guardian_phone, k.plain, k.sound, k.surname, f.plain as former_plain, c.household_no,
        coalesce(c.is_twin, false) as is_twin
    from written as r
    inner join written as w
        on r.person_key = w.person_key and r.pupil_key = w.pupil_key and w.is_newest
            and (
                r.is_newest or {{ same_name('r.name', 'w.name') }}
                or (r.birth_on = w.birth_on and r.sex = w.sex)
            )
    left join names as k on r.name = k.name
    left join names as f on r.former_name = f.name
    left join children as c on r.child_key = c.child_key

),

compared as materialized (

    select
        n.person_key, n.id_number_key, n.plain, n.former_plain, n.sound, n.sex, n.birth_on,
        null::text as guardian_name, null::text as guardian_phone, c.child_key,
        c.guardian_name as child_guardian_name, c.guardian_phone as child_guardian_phone,
        c.household_no as child_household_no, null::uuid as pupil_key,
        n.birth_on <> c.birth_on as is_other_birth,
        {{ corroboration('n', 'c') }} as method
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
    where method is null or method <> 'number_name' or is_other_birth is not false

),

bearers as materialized (

    {{ bearers('others', 'children') }}

),

namesakes as (

    {{ namesakes('others', 'bearers') }}

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
        p.person_key, p.pupil_key, p.child_key,
        n.person_key is not null as has_namesake,
        case
            when r.person_key is not null then null
            when n.person_key is null then p.method
            when p.method in ('number_name', 'number_sound') and not p.is_other_birth then p.method
        end as method
    from compared as p
    left join namesakes as n
        on p.person_key = n.person_key and p.child_key is not distinct from n.child_key
    left join refused as r on p.person_key = r.person_key and p.child_key = r.child_key

),

ranked as (

    -- A number of two people: the one who agrees more, if there is one.
    select
        j.*,
        {{ strength('j.method') }} = lead({{ strength('j.method') }}) over best as is_tied,
        row_number() over best as place
    from judged as j
    where j.pupil_key is null
    window best as (partition by j.person_key order by {{ strength('j.method') }}, j.child_key)

),

by_pupil as (

    select
        person_key,
        min(pupil_key::text)::uuid as pupil_key
    from judged
    where pupil_key is not null and method is not null
    group by person_key

)

select
    n.feed,
    n.sender,
    n.row_hash,
    n.person_key,
    n.first_on,
    n.sex,
    n.place_code,
    n.own_key,
    n.number_key,
    extract(year from n.birth_on)::integer as birth_year,
    {{ cohort_on('n.birth_on') }} as cohort_on,
    b.child_key as candidate_child_key,
    b.method is not null and not coalesce(b.is_tied, false) as is_corroborated,
    p.pupil_key as candidate_pupil_key,
    b.has_namesake
from distinct_rows as n
left join ranked as b on n.person_key = b.person_key and b.place = 1
left join by_pupil as p on n.person_key = p.person_key
