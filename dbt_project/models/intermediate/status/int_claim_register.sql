-- What the police register says: deaths, and moves that take a child out of the municipality.
with

changes as (

    select * from {{ ref('int_assign_register_changes') }}
    where child_key is not null

),

people as (

    -- A current row is as new as the last register its sender has delivered.
    select r.child_key, r.is_current, d.last_on as listed_on
    from {{ ref('int_register_people') }} as r
    inner join (
        select sender, max(business_date) as last_on
        from {{ ref('stg_ops__delivery') }}
        where feed = 'population' and verdict = 'accepted'
        group by sender
    ) as d on r.sender = d.sender

),

roll_changes as (

    select * from {{ ref('stg_school__roll_change') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

departures as (

    -- A register that lists the child anew after the move, or still does, is the newer word of the
    -- police: the child is here.
    select c.* from changes as c
    where
        (
            c.change_kind in ('abroad', 'duplicate')
            or (c.change_kind = 'out' and left(c.to_district_code, 2) <> '50')
        )
        and not exists (
            select 1 from people as p
            where p.child_key = c.child_key and p.is_current and p.listed_on > c.changed_on
        )

)

select
    child_key,
    'died' as rule,
    changed_on as from_on,
    date 'infinity' as to_on,
    null as unit_code,
    null as school_code,
    0 as days_absent,
    'population_change:' || filed_by as evidence
from changes
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
