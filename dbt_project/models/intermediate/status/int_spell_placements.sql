{{ config(materialized='table') }}

-- Accepted placements as spells, each with the rule it would give. The last delivered month carries
-- forward for as long as the threshold says.
with

placements as (

    select * from {{ ref('stg_school__placement') }}

),

named as (

    select * from {{ ref('int_identify_named_rows') }}

),

delivered as (

    select sender as unit_code, max(business_date) as last_on
    from {{ ref('stg_ops__delivery') }}
    where feed = 'placement' and verdict = 'accepted'
    group by sender

),

spelled as (

    select
        n.child_key,
        p.placement_kind, p.assessment, p.assessed_on, p.unit_code, p.school_code, p.filed_by,
        p.placement_kind = 'home_teaching' and p.n_visits_planned = 0 and p.n_visits_done = 0
            as is_nothing_planned,
        p.n_visits_done > 0
        and p.n_visits_done
        >= {{ threshold('home_visits_share') }} * coalesce(p.n_visits_planned, p.n_visits_done)
            as is_visited,
        p.placement_no, p.valid_from, p.valid_to,
        case
            when p.valid_from = min(p.valid_from)
                    over (
                        partition by p.unit_code, p.placement_no
                    )
                then p.placed_on
            else greatest(p.placed_on, p.valid_from)
        end as from_on,
        least(
            p.valid_to, p.ended_on + 1,
            d.last_on + {{ threshold('placement_carry') }}::integer + 1
        ) as to_on
    from placements as p
    inner join named as n
        on p.row_hash = n.row_hash and p.unit_code = n.sender and n.feed = 'placement'
    left join delivered as d on p.unit_code = d.unit_code
    where n.child_key is not null

),

numbered as (

    -- A month without a plan, as in the holidays, belongs to the last month that had one.
    select
        *,
        count(*) filter (where is_nothing_planned is not true) over (
            partition by unit_code, placement_no order by valid_from
        ) as plan_no
    from spelled

),

carried as (

    select
        *,
        first_value(is_visited) over by_plan as was_visited,
        first_value(valid_to) over by_plan
        + {{ threshold('placement_carry') }}::integer as carried_to_on
    from numbered
    window by_plan as (partition by unit_code, placement_no, plan_no order by valid_from)

),

split as (

    -- It carries forward no longer than a month that is not delivered does.
    select
        c.*,
        half.is_taught,
        greatest(c.from_on, half.half_from_on) as piece_from_on,
        least(c.to_on, half.half_to_on) as piece_to_on
    from carried as c
    cross join
        lateral (
            values
            (c.was_visited, date '-infinity', c.carried_to_on),
            (false, c.carried_to_on, date 'infinity')
        ) as half (is_taught, half_from_on, half_to_on)
    where c.is_nothing_planned
    union all
    select c.*, c.is_visited, c.from_on, c.to_on
    from carried as c
    where c.is_nothing_planned is not true

),

ruled as (

    select
        *,
        case
            when placement_kind = 'home_teaching' and is_taught then 'home_teaching'
            when placement_kind = 'home_teaching' then 'home_teaching_not_done'
            when
                placement_kind = 'deferred' and assessment = 'deferred'
                and assessed_on is not null then 'deferred'
            when placement_kind = 'exempt' and assessment = 'unable' and assessed_on is not null
                then 'exempt'
            when placement_kind in ('special_school', 'inclusion', 'attached_class')
                then 'placed_in_school'
        end as rule
    from split
    where piece_from_on < piece_to_on

)

select
    child_key,
    rule,
    piece_from_on as from_on,
    piece_to_on as to_on,
    unit_code,
    school_code,
    filed_by
from ruled
where rule is not null
