-- Two registers name one number, and nothing else agrees (重号): two people. The one known first
-- keeps the number's key; the other gets one of its own, so that neither is lost in the other.
with

population as not materialized (

    select * from {{ ref('stg_police__population') }}

),

changes as (

    select * from {{ ref('stg_police__population_change') }}
    where change_kind = 'name_changed'

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

numbered as not materialized (

    select
        p.sender, p.name, p.former_name, p.sex, p.birth_on,
        coalesce(c.child_key, p.id_number_key) as number_key
    from population as p
    left join corrected as c on p.id_number_key = c.id_number_key

),

shared as (

    select number_key from {{ ref('int_list_repeated_numbers') }}
    where is_shared

),

rows_shared as (

    -- One register may write the traditional characters, the other the simplified ones.
    select
        n.number_key, n.sender, n.sex, n.birth_on, k.plain, k.surname, f.plain as former_plain
    from numbered as n
    inner join shared as s on n.number_key = s.number_key
    left join names as k on n.name = k.name
    left join names as f on n.former_name = f.name

),

renamed as (

    select
        c.sender, b.plain as former_plain, a.plain,
        coalesce(o.child_key, c.id_number_key) as number_key
    from changes as c
    inner join names as b on c.name = b.name
    inner join names as a on c.new_name = a.name
    left join corrected as o on c.id_number_key = o.id_number_key

),

people as (

    select number_key, sender, plain, surname, former_plain, sex, birth_on from rows_shared
    union all
    -- The row may have no former name, though the office that sent it has filed the change.
    select p.number_key, p.sender, p.plain, p.surname, n.former_plain, p.sex, p.birth_on
    from rows_shared as p
    inner join renamed as n
        on p.number_key = n.number_key and p.sender = n.sender and p.plain = n.plain

),

versions as not materialized (

    select
        v.sender, v.known_from,
        coalesce(c.child_key, v.id_number_key) as number_key
    from {{ ref('stg_police__population_version') }} as v
    left join corrected as c on v.id_number_key = c.id_number_key

),

heard as (

    -- An ordinary change writes a row again: what counts is when the number was first heard of.
    select p.number_key, p.sender, min(v.known_from) as first_known
    from (select distinct number_key, sender from people) as p
    inner join versions as v on p.number_key = v.number_key and p.sender = v.sender
    group by p.number_key, p.sender

),

firsts as (

    select distinct on (number_key) number_key, sender
    from heard
    order by number_key, first_known, sender

),

compared as (

    select p.number_key, p.sender, bool_or({{ corroborates('p', 'q') }}) as is_same
    from people as p
    inner join firsts as f on p.number_key = f.number_key and p.sender <> f.sender
    inner join people as q on f.number_key = q.number_key and f.sender = q.sender
    group by p.number_key, p.sender

)

select
    number_key,
    sender,
    md5(concat_ws(':', number_key, sender))::uuid as child_key
from compared
where not is_same
