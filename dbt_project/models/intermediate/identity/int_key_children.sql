{#- What is joined was just made and has no statistics: it would be taken for a few rows. -#}
{{
    config(
        indexes=[{'columns': ['child_key'], 'unique': true}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- Each child of the register once, by its newest row, with what matching compares.
with

people as not materialized (

    select
        child_key, number_key, id_number_key, id_number, sender, row_hash, name, former_name, sex,
        birth_on, district_code, township_code, household_no, guardian_name, guardian_phone,
        is_current, known_from, valid_from
    from {{ ref('int_register_people') }}

),

changes as (

    select * from {{ ref('int_assign_register_changes') }}

),

corrections as (

    select * from {{ ref('stg_police__population_change') }}
    where change_kind = 'id_corrected'

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

repeated as not materialized (

    select * from {{ ref('int_list_repeated_numbers') }}

),

newest as not materialized (

    select p.* from people as p
    left join repeated as r on p.number_key = r.number_key
    where r.number_key is null
    union all
    (
        select distinct on (p.child_key) p.*
        from people as p
        inner join repeated as r on p.number_key = r.number_key
        order by p.child_key, p.is_current desc, p.valid_from desc, p.sender
    )

),

renamed as (

    -- The roll may still have the name from before a change, or from an earlier register.
    select distinct on (e.child_key) e.child_key, e.name
    from (
        select child_key, name, changed_on from changes
        where change_kind = 'name_changed' and child_key is not null
        union all
        select child_key, name, valid_from from people
        where not is_current
    ) as e
    inner join newest as n on e.child_key = n.child_key
    inner join names as b on e.name = b.name
    left join names as a on n.name = a.name
    -- A row that was written again under the same name, be it in other characters, has not given it
    -- up.
    where b.plain is distinct from a.plain
    order by e.child_key, e.changed_on desc, e.name

),

joined_numbers as (

    -- Rolls go on using any number of a chain of corrections.
    select k.child_key as number_key, left(c.id_number, 15) as digits from corrections as c
    inner join corrected as k on c.id_number_key = k.id_number_key
    union
    select k.child_key, left(c.new_id_number, 15) from corrections as c
    inner join corrected as k on c.new_id_number_key = k.id_number_key

),

numbers as (

    select number_key, string_agg(digits, ' ' order by digits) as corrected_digits
    from joined_numbers
    group by number_key

),

twins as (

    select household_no, birth_on from newest
    group by household_no, birth_on
    having count(*) > 1

),

strays as (

    -- Of a household that the register does not number: the birthday with the guardian's telephone,
    -- or with the guardian's name in the same township.
    select child_key, birth_on, guardian_phone, guardian_name, township_code from newest
    where household_no is null

),

stray_twins as (

    select s.child_key, o.child_key as other_key
    from strays as s
    inner join newest as o on s.birth_on = o.birth_on and s.guardian_phone = o.guardian_phone
    where s.child_key <> o.child_key
    union all
    select s.child_key, o.child_key as other_key
    from strays as s
    inner join newest as o
        on s.birth_on = o.birth_on and s.guardian_name = o.guardian_name
            and s.township_code = o.township_code
    where s.child_key <> o.child_key

),

unnumbered as (

    select child_key from stray_twins
    union
    select other_key from stray_twins

)

select
    n.child_key,
    n.number_key,
    n.id_number_key,
    n.id_number,
    m.corrected_digits,
    n.sender,
    n.row_hash,
    n.name,
    k.plain,
    k.sound,
    k.surname,
    f.plain as former_plain,
    n.sex,
    n.birth_on,
    n.district_code,
    n.township_code,
    n.household_no,
    n.guardian_name,
    n.guardian_phone,
    t.household_no is not null or u.child_key is not null as is_twin,
    n.is_current,
    n.known_from,
    -- All that the model reads: a child with the hash of the last publish is not matched anew.
    hash_record_extended(
        row(
            n.child_key, n.id_number_key, n.id_number, m.corrected_digits, k.plain, k.sound,
            k.surname, f.plain, n.sex, n.birth_on, n.district_code, n.township_code,
            n.guardian_name, n.guardian_phone, t.household_no is not null or u.child_key is not null
        ), 0
    ) as match_hash
from newest as n
left join numbers as m on n.number_key = m.number_key
left join renamed as r on n.child_key = r.child_key
left join names as k on n.name = k.name
left join names as f on coalesce(n.former_name, r.name) = f.name
left join twins as t on n.household_no = t.household_no and n.birth_on = t.birth_on
left join unnumbered as u on n.child_key = u.child_key
