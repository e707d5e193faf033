-- Rows of other feeds that name a child, each version once, with the keys that are compared.
with

named as (

    select * from {{ ref('int_collect_named_rows') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

distinct_rows as (

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

)

select
    n.feed,
    n.sender,
    n.row_hash,
    n.person_key,
    n.first_on,
    n.pupil_key,
    n.own_key,
    n.id_number_key,
    n.number_key,
    n.sex,
    n.birth_on,
    n.place_code,
    k.plain,
    k.sound,
    k.surname,
    f.plain as former_plain
from distinct_rows as n
left join names as k on n.name = k.name
left join names as f on n.former_name = f.name
