{{ config(indexes=[{'columns': ['child_key'], 'unique': true}]) }}

-- 零拒绝: where each child of age with a certificate learns, or since when it waits. It is enrolled,
-- as the enrolment rate of the disabled counts it, in one of the accepted ways, which its placement
-- names. Taught at home on paper alone it waits: planned is not done. A child of whom no placement
-- speaks is on a roll like any other, elsewhere, without a place, or, while its roll or class has
-- not told, unknown: silence is no refusal.
with

children as (

    select * from {{ ref('int_flag_children') }}
    where is_of_age

),

certified as (

    select * from {{ ref('int_list_disabled_children') }}

),

delivered as (

    select sender as unit_code, max(business_date) as last_on
    from {{ ref('stg_ops__delivery') }}
    where feed = 'placement' and verdict = 'accepted'
    group by sender

),

placements as (

    select distinct on (n.child_key)
        n.child_key, p.placement_kind, p.placed_on,
        coalesce(p.plan_no, '') <> '' as has_plan,
        p.n_visits_planned, p.n_visits_done
    from {{ ref('stg_school__placement') }} as p
    inner join {{ ref('int_identify_named_rows') }} as n
        on p.row_hash = n.row_hash and p.unit_code = n.sender and n.feed = 'placement'
    inner join delivered as d on p.unit_code = d.unit_code
    where
        p.is_current and p.placed_on <= {{ as_of() }}
        and coalesce(p.ended_on, 'infinity') >= {{ as_of() }}
        and d.last_on + {{ threshold('placement_carry') }}::integer >= {{ as_of() }}
    order by n.child_key, p.placed_on desc, p.placement_kind, p.plan_no

),

untaught as (

    -- A row is written again each month: what follows without a gap is one time of waiting.
    select child_key, unnest(range_agg(daterange(from_on, to_on))) as spell
    from {{ ref('int_spell_placements') }}
    where rule = 'home_teaching_not_done'
    group by child_key

),

kinds as (

    select * from {{ ref('seed_placement_kind') }}

),

placed as (

    select
        c.*, d.is_of_three_kinds, p.placement_kind, p.placed_on, p.n_visits_planned,
        p.n_visits_done, coalesce(p.has_plan, false) as has_plan,
        case
            when c.rule in ('exempt', 'deferred', 'home_teaching_not_done') then c.rule
            when c.status = 'suspended' then 'suspended'
            when c.status = 'elsewhere_proved' then 'elsewhere'
            when
                c.is_enrolled and p.placement_kind in (
                    'special_school', 'inclusion', 'attached_class', 'home_teaching'
                ) then p.placement_kind
            when not c.is_enrolled and p.placement_kind = 'waiting' then 'waiting'
            when c.status in ('unconfirmed', 'identity_pending', 'elsewhere_claimed')
                then 'unknown'
            when c.is_enrolled then 'roll_only'
            else 'none'
        end as way
    from children as c
    inner join certified as d on c.child_key = d.child_key
    left join placements as p on c.child_key = p.child_key

)

select
    p.child_key, p.unit_code, p.school_code, p.home_unit_code, p.sex, p.grade, p.age_stage,
    p.status, p.is_open, k.is_enrolled, p.is_of_three_kinds, p.way,
    p.has_plan,
    k.needs_plan and not p.has_plan as is_plan_missing,
    p.way in ('waiting', 'none', 'home_teaching_not_done') as is_waiting,
    case
        when p.way = 'waiting' then least(p.placed_on, p.status_from_on)
        when p.way = 'home_teaching_not_done' then coalesce(lower(u.spell), p.status_from_on)
        when p.way = 'none' then p.status_from_on
    end as waiting_since,
    p.n_visits_planned, p.n_visits_done
from placed as p
inner join kinds as k on p.way = k.way
left join untaught as u on p.child_key = u.child_key and u.spell @> {{ as_of() }}
