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
        p.n_visits_done > 0
        and p.n_visits_done
        >= {{ threshold('home_visits_share') }} * coalesce(p.n_visits_planned, p.n_visits_done)
            as is_visited,
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

ruled as (

    select
        *,
        case
            when placement_kind = 'home_teaching' and is_visited then 'home_teaching'
            when placement_kind = 'home_teaching' then 'home_teaching_not_done'
            when
                placement_kind = 'deferred' and assessment = 'deferred'
                and assessed_on is not null then 'deferred'
            when placement_kind = 'exempt' and assessment = 'unable' and assessed_on is not null
                then 'exempt'
            when placement_kind in ('special_school', 'inclusion', 'attached_class')
                then 'placed_in_school'
        end as rule
    from spelled
    where from_on < to_on

)

select
    child_key,
    rule,
    from_on,
    to_on,
    unit_code,
    school_code,
    filed_by
from ruled
where rule is not null
