with recursive

changes as (

    select * from {{ ref('stg_police__population_change') }}

),

population as not materialized (

    select * from {{ ref('stg_police__population') }}

),

forked as (

    -- One number corrected into two: whose correction is whose, nobody can tell.
    select id_number_key from changes
    where change_kind = 'id_corrected' and new_id_number_key <> id_number_key
    group by id_number_key
    having count(distinct new_id_number_key) > 1

),

registered as (

    -- Of the numbers corrected from or to, those still registered: few, so looked up once.
    select p.id_number_key from population as p
    inner join (
        select id_number_key from changes
        where change_kind = 'id_corrected'
        union
        select new_id_number_key from changes
        where change_kind = 'id_corrected'
    ) as c on p.id_number_key = c.id_number_key
    where p.is_current

),

corrections as (

    -- The same number may have been held by two people (纠正重号): where the old number is still
    -- registered beside the new one, they are two children and are never merged.
    select
        c.id_number_key as old_key,
        c.new_id_number_key as new_key
    from changes as c
    where
        c.change_kind = 'id_corrected'
        and c.id_number_key <> c.new_id_number_key
        and c.id_number_key not in (select f.id_number_key from forked as f)
        and not (
            c.id_number_key in (select r.id_number_key from registered as r)
            and c.new_id_number_key in (select r.id_number_key from registered as r)
        )

),

chained as (

    select
        new_key,
        old_key as first_key
    from corrections

    union

    select
        c.new_key,
        chained.first_key
    from corrections as c
    inner join chained on c.old_key = chained.new_key

),

firsts as (

    -- Of a chain, the end that nobody corrected into: the number first known.
    select
        chained.new_key as id_number_key,
        min(chained.first_key::text)::uuid as child_key
    from chained
    where not exists (
            select 1 from corrections as c
            where c.new_key = chained.first_key
        )
    group by chained.new_key

)

select
    id_number_key,
    child_key
from firsts
union
-- The number first known is a number of the child as well: rolls go on using it.
select
    firsts.child_key as id_number_key,
    firsts.child_key
from firsts
