{{ config(materialized='view') }}

-- The row that speaks for each pupil: the newest. With it the key of its number, or of an older
-- row's. A view: millions of rows are as on the roll, and are not stored again.
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

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

several as not materialized (

    select * from {{ ref('int_list_repeated_pupils') }}

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
    left join names as k on n.name = k.name
    left join names as o on r.name = o.name
    where
        n.id_number_state <> 'valid' and r.id_number_state = 'valid'
        and (
            {{ same_plain('k.plain', 'o.plain') }}
            or (n.birth_on = r.birth_on and n.sex = r.sex)
        )
    order by n.pupil_key, r.valid_from desc, r.unit_code, r.row_hash

),

evidence as (

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

)

select
    e.pupil_key,
    e.unit_code,
    e.school_code,
    e.row_hash,
    e.valid_from,
    e.known_from,
    e.id_number_key,
    e.id_number_state,
    case
        when e.id_number_state = 'valid' then coalesce(c.child_key, e.id_number_key)
    end as number_key,
    e.name,
    e.former_name,
    e.sex,
    e.birth_on,
    e.guardian_name,
    e.guardian_phone
from evidence as e
left join corrected as c on e.id_number_key = c.id_number_key
