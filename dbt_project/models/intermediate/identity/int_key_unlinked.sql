{{ config(indexes=[{'columns': ['person_key'], 'unique': true}]) }}

-- Whom no number identifies: pupils, and rows of other feeds, with what matching compares.
with

pupils as (

    select * from {{ ref('int_link_by_number') }}
    where method is null

),

roll as not materialized (

    select * from {{ ref('stg_school__roll') }}

),

named as (

    select * from {{ ref('int_link_named_by_number') }}
    where not is_corroborated and candidate_pupil_key is null

),

collected as (

    select * from {{ ref('int_collect_named_rows') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

lunar_days as (

    select written_on, array_agg(meant_on order by meant_on) as meant_on
    from {{ ref('stg_identity__lunar_day') }}
    group by written_on

),

people as (

    -- The number may be an earlier row's.
    (
        select distinct on (p.pupil_key)
            p.pupil_key as person_key, 'roll' as subject, r.unit_code as sender, r.unit_code,
            r.row_hash, p.number_key, p.child_key as claimed_child_key, p.has_namesake,
            o.id_number, p.id_number_key, p.id_number_state, r.name, r.former_name, r.sex,
            r.birth_on, r.hukou_district_code as district_code,
            r.residence_township_code as township_code, r.guardian_name, r.guardian_phone
        from pupils as p
        inner join roll as r
            on p.pupil_key = r.pupil_key and p.unit_code = r.unit_code and p.row_hash = r.row_hash
                and p.valid_from = r.valid_from
        left join roll as o on p.pupil_key = o.pupil_key and p.id_number_key = o.id_number_key
        order by p.pupil_key, o.id_number
    )
    union all
    -- Rows that differ in nothing that is compared are one question.
    (
        select distinct on (n.person_key)
            n.person_key, n.feed, n.sender, c.answering_unit_code, n.row_hash, n.number_key,
            n.candidate_child_key, n.has_namesake, c.id_number, c.id_number_key,
            c.id_number_state, c.name, null, c.sex, c.birth_on, c.district_code, c.township_code,
            null, null
        from named as n
        inner join collected as c
            on n.feed = c.feed and n.sender = c.sender and n.row_hash = c.row_hash
        order by n.person_key, n.first_on desc, n.row_hash, c.valid_from
    )

)

select
    p.person_key,
    p.subject,
    p.sender,
    p.unit_code,
    p.row_hash,
    p.number_key,
    p.claimed_child_key,
    p.has_namesake,
    p.id_number,
    p.id_number_key,
    p.id_number_state,
    k.plain,
    k.sound,
    k.surname,
    f.plain as former_plain,
    p.sex,
    p.birth_on,
    l.meant_on,
    p.district_code,
    p.township_code,
    p.guardian_name,
    p.guardian_phone
from people as p
left join names as k on p.name = k.name
left join names as f on p.former_name = f.name
left join lunar_days as l on p.birth_on = l.written_on
