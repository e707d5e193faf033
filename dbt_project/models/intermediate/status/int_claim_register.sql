-- What the police register says: deaths, and moves that take a child out of the municipality.
with

changes as (

    select * from {{ ref('int_assign_register_changes') }}
    where child_key is not null

),

people as (

    select * from {{ ref('int_register_people') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

deliveries as (

    select * from {{ ref('stg_ops__delivery') }}

),

registers as (

    select sender, max(business_date) as last_on from deliveries
    where feed = 'population' and verdict = 'accepted'
    group by sender

),

roll_changes as (

    select * from {{ ref('stg_school__roll_change') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

weighed as (

    -- A register that lists the child anew, or still does, is the newer word of the police: after a
    -- move the child is here; after a death they have registered, somebody else has died. A current
    -- row is as new as the last register its sender has delivered. So has somebody else if the
    -- death names no name that the register knows of the child.
    select
        c.child_key, c.change_kind, c.changed_on, c.to_district_code, c.filed_by,
        coalesce(bool_or(p.is_current and r.last_on > c.changed_on), false) as is_listed_since,
        coalesce(
            bool_or(p.is_current and r.last_on > greatest(c.changed_on, d.business_date)), false
        )
        or not bool_or(
            p.child_key is null
            or {{ same_plain('k.plain', 'n.plain') }} or {{ same_plain('k.plain', 'f.plain') }}
        ) as is_of_another
    from changes as c
    left join people as p on c.child_key = p.child_key
    left join names as k on c.name = k.name
    left join names as n on p.name = n.name
    left join names as f on p.former_name = f.name
    left join registers as r on p.sender = r.sender
    left join deliveries as d on c.filed_by = d.delivery_id
    where c.change_kind in ('death', 'abroad', 'duplicate', 'out')
    group by c.child_key, c.change_kind, c.changed_on, c.to_district_code, c.filed_by, c.name

),

departures as (

    select * from weighed
    where
        change_kind <> 'death' and not is_listed_since
        and (change_kind <> 'out' or left(to_district_code, 2) <> '50')

)

select
    child_key,
    case when is_of_another then 'death_unconfirmed' else 'died' end as rule,
    changed_on as from_on,
    date 'infinity' as to_on,
    null as unit_code,
    null as school_code,
    0 as days_absent,
    'population_change:' || filed_by as evidence
from weighed
where change_kind = 'death'

union all

select
    d.child_key,
    'moved_away' as rule,
    d.changed_on as from_on,
    coalesce(
        (
            select min(b.changed_on) from changes as b
            where b.child_key = d.child_key and b.change_kind = 'in' and b.changed_on > d.changed_on
        ), 'infinity'
    ) as to_on,
    null as unit_code,
    null as school_code,
    0 as days_absent,
    'population_change:' || d.filed_by as evidence
from departures as d

union all

select
    p.child_key,
    'death_unconfirmed' as rule,
    c.changed_on as from_on,
    date 'infinity' as to_on,
    null as unit_code,
    c.from_school_code as school_code,
    0 as days_absent,
    'roll_change:' || c.filed_by as evidence
from roll_changes as c
inner join pupils as p on c.pupil_key = p.pupil_key
where c.change_kind = '51'
