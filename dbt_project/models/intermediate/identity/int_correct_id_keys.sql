with recursive

changes as (

    select * from {{ ref('stg_police__population_change') }}

),

population as not materialized (

    select * from {{ ref('stg_police__population') }}

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

applicable as (

    -- The same number may have been held by two people (纠正重号): where the old number is still
    -- registered beside the new one, they are two children and are never merged.
    select
        c.id_number_key as old_key,
        c.new_id_number_key as new_key,
        min(c.changed_on) as changed_on
    from changes as c
    where
        c.change_kind = 'id_corrected'
        and c.id_number_key <> c.new_id_number_key
        and not (
            c.id_number_key in (select r.id_number_key from registered as r)
            and c.new_id_number_key in (select r.id_number_key from registered as r)
        )
    group by c.id_number_key, c.new_id_number_key

),

ordered as (

    select
        *,
        rank() over (partition by old_key order by changed_on) as place,
        count(*) over (partition by old_key, changed_on) as n_on_day
    from applicable

),

corrections as (

    -- Of one number corrected into two the first correction has the child, the other number is
    -- somebody new. If both are of one day, whose is whose nobody can tell.
    select old_key, new_key, changed_on from ordered
    where place = 1 and n_on_day = 1

),

either_way as (

    select
        old_key as id_number_key,
        new_key as other_key
    from corrections
    union
    select
        new_key as id_number_key,
        old_key as other_key
    from corrections

),

chained as (

    -- All numbers that corrections join: rolls go on using any of them.
    select
        id_number_key,
        id_number_key as member_key
    from either_way

    union

    select
        c.id_number_key,
        e.other_key as member_key
    from chained as c
    inner join either_way as e on c.member_key = e.id_number_key

),

corrected_into as (

    select distinct new_key from corrections

)

-- The child keeps the key of the number that was corrected first, whatever joins it later; on one
-- day, of the number that nothing was corrected into.
select distinct on (m.id_number_key)
    m.id_number_key,
    c.old_key as child_key
from chained as m
inner join corrections as c on m.member_key = c.old_key
left join corrected_into as i on c.old_key = i.new_key
order by m.id_number_key, c.changed_on, i.new_key is not null, c.old_key
