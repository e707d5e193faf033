{#- What is joined was just made and has no statistics: it would be taken for a few rows. -#}
{{ config(pre_hook="set local enable_nestloop = off") }}

-- Rows under a number that the police had corrected away before, about somebody else: the number
-- has been registered again. Whose it was keeps the key of it; the new holder gets one of its own,
-- which rests on the number alone, so that no later row of either changes it.
with

changes as (

    select id_number_key, new_id_number_key, changed_on
    from {{ ref('stg_police__population_change') }}
    where change_kind = 'id_corrected' and id_number_key <> new_id_number_key

),

population as not materialized (

    select sender, id_number_key, name, former_name, sex, birth_on, valid_from
    from {{ ref('stg_police__population') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

ranked as (

    select *, rank() over (partition by id_number_key order by changed_on) as place from changes

),

corrections as (

    -- Whom the first correction is about was known by the old number; who is corrected later may be
    -- the new holder.
    select distinct id_number_key as old_key, new_id_number_key as new_key, changed_on from ranked
    where place = 1

),

numbers as (

    select old_key as id_number_key from corrections
    union
    select new_key as id_number_key from corrections

),

registered as materialized (

    select
        p.sender, p.id_number_key, p.sex, p.birth_on, p.valid_from, k.plain, k.surname,
        f.plain as former_plain
    from population as p
    inner join numbers as n on p.id_number_key = n.id_number_key
    left join names as k on p.name = k.name
    left join names as f on p.former_name = f.name

),

corrected as (

    -- Everybody who had the number up to then (it may have been two people's), and the child under
    -- the number it has since.
    select c.old_key, r.plain, r.surname, r.former_plain, r.sex, r.birth_on
    from corrections as c
    inner join registered as r
        on c.old_key = r.id_number_key and c.changed_on >= r.valid_from
    union
    select c.old_key, r.plain, r.surname, r.former_plain, r.sex, r.birth_on
    from corrections as c
    inner join registered as r on c.new_key = r.id_number_key

),

since as (

    select distinct
        c.old_key, r.sender, r.valid_from, r.plain, r.surname, r.former_plain, r.sex, r.birth_on
    from corrections as c
    inner join registered as r on c.old_key = r.id_number_key and c.changed_on < r.valid_from

),

compared as (

    select s.old_key, s.sender, s.valid_from, bool_or({{ corroborates('s', 'c') }}) as is_same
    from since as s
    inner join corrected as c on s.old_key = c.old_key
    group by s.old_key, s.sender, s.valid_from

)

select
    sender,
    old_key as id_number_key,
    valid_from,
    md5(concat_ws(':', old_key, 'registered again'))::uuid as child_key
from compared
where not is_same
