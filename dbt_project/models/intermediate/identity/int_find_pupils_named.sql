{{ config(materialized='view') }}

-- Pupils of whom a named row may be: by roll number, or by the number of one who is not on the
-- register. For each all that rolls have said about the person of the newest row.
with

people as (

    select distinct person_key, pupil_key, number_key from {{ ref('int_key_named_rows') }}

),

pupils as not materialized (

    select * from {{ ref('int_link_by_number') }}

),

roll as not materialized (

    select
        pupil_key, unit_code, row_hash, valid_from, name, former_name, sex, birth_on,
        guardian_name, guardian_phone
    from {{ ref('stg_school__roll') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

children as not materialized (

    select * from {{ ref('int_key_children') }}

),

candidates as (

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
        n.person_key, n.pupil_key, n.child_key, k.plain, k.sound, k.surname,
        f.plain as former_plain, r.sex, r.birth_on, r.guardian_name, r.guardian_phone,
        (r.unit_code, r.row_hash, r.valid_from)
        = (n.unit_code, n.row_hash, n.valid_from) as is_newest
    from candidates as n
    inner join roll as r on n.pupil_key = r.pupil_key
    left join names as k on r.name = k.name
    left join names as f on r.former_name = f.name

)

-- Older rows speak too if they are about the same person as the newest: under one roll number may
-- have been two.
select
    r.person_key,
    r.pupil_key,
    r.child_key,
    r.sex,
    r.birth_on,
    r.guardian_name,
    r.guardian_phone,
    r.plain,
    r.sound,
    r.surname,
    r.former_plain,
    c.household_no,
    coalesce(c.is_twin, false) as is_twin
from written as r
inner join written as w
    on r.person_key = w.person_key and r.pupil_key = w.pupil_key and w.is_newest
        and (
            r.is_newest or {{ same_plain('r.plain', 'w.plain') }}
            or (r.birth_on = w.birth_on and r.sex = w.sex)
        )
left join children as c on r.child_key = c.child_key
