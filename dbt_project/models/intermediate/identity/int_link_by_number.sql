{{ config(indexes=[{'columns': ['pupil_key'], 'unique': true}]) }}

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

evidence as (

    -- The newest row with a usable number speaks for the pupil; a later one without does not undo
    -- it.
    select r.* from roll as r
    left join several as s on r.pupil_key = s.pupil_key
    where s.pupil_key is null
    union all
    (
        select distinct on (r.pupil_key) r.*
        from roll as r
        inner join several as s on r.pupil_key = s.pupil_key
        order by
            r.pupil_key, r.id_number_state = 'valid' desc, r.valid_from desc, r.unit_code,
            r.row_hash
    )

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

compared as materialized (

    -- Nearly everybody is written as on the register: only others' names need their keys.
    select
        p.pupil_key, p.unit_code, p.school_code, p.row_hash, p.valid_from, p.id_number_key,
        p.id_number_state, p.number_key, p.birth_on, p.guardian_name, p.guardian_phone, c.child_key,
        greatest(p.known_from, c.known_from) as both_known_from,
        case when p.name = c.name then c.plain else n.plain end as plain,
        p.birth_on <> c.birth_on as is_other_birth,
        case
            when p.name = c.name then 'number_name' else {{ corroboration('n', 'c') }}
        end as method
    from claimed as p
    left join children as c on p.number_key = c.number_key
    left join names as k on case when p.name = c.name then null else p.name end = k.name
    left join names as f on case when p.name = c.name then null else p.former_name end = f.name
    cross join lateral (
        select k.plain, k.sound, k.surname, f.plain as former_plain, p.sex, p.birth_on
    ) as n

),

namesakes as (

    -- Somebody else on the register bears the pupil's name and shares its birthday or its guardian:
    -- then the number may be that of a twin or a sibling.
    select distinct p.pupil_key
    from compared as p
    inner join children as o
        on p.plain = o.plain and p.child_key <> o.child_key
            and (
                p.birth_on = o.birth_on or p.guardian_phone = o.guardian_phone
                or p.guardian_name = o.guardian_name
            )
    where
        p.method in ('number_given', 'number_birth')
        or (p.method is not null and p.is_other_birth)

),

shared as (

    select number_key from {{ ref('int_split_shared_numbers') }}

),

judged as not materialized (

    select
        p.pupil_key, p.unit_code, p.school_code, p.row_hash, p.valid_from, p.both_known_from,
        p.id_number_key, p.id_number_state, p.number_key, p.child_key,
        case when n.pupil_key is null then p.method end as method
    from compared as p
    left join namesakes as n on p.pupil_key = n.pupil_key

)

select * from judged
where number_key is null or number_key not in (select number_key from shared)
union all
-- A number of two people: the one who agrees, if there is one.
(
    select distinct on (pupil_key) * from judged
    where number_key in (select number_key from shared)
    order by pupil_key, method is null, child_key
)
