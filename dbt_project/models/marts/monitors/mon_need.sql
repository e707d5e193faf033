-- Which schools and units need help first, and why. Points of seed_need for each child with an open
-- status; of equal points the larger share of open children goes first. Only what has points is
-- here.
with

figures as (

    select * from {{ ref('fct_indicator') }}
    where tier in ('school', 'unit') and (tier = 'unit' or school_code is not null)

),

needs as (

    select * from {{ ref('seed_need') }}

),

units as (

    select * from {{ ref('dim_unit') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

weighed as (

    select
        f.tier, f.unit_code, f.school_code,
        sum(f.numerator * n.points)::bigint as points,
        string_agg(
            n.zh || ' ' || f.numerator || ' 人', '，'
            order by f.numerator * n.points desc, n.points desc, n.status
        ) as reasons
    from figures as f
    inner join needs as n on f.breakdown_value = n.status
    where f.indicator = 'children_with_status' and f.numerator > 0
    group by 1, 2, 3

),

sizes as (

    select
        tier, unit_code, school_code,
        coalesce(max(numerator) filter (where indicator = 'children'), 0) as n_children,
        coalesce(max(numerator) filter (where indicator = 'open'), 0) as n_open
    from figures
    where breakdown = 'all'
    group by 1, 2, 3

),

ordered as (

    select
        w.*, s.n_children, s.n_open,
        s.n_open::numeric / nullif(s.n_children, 0) as open_share
    from weighed as w
    inner join sizes as s
        on w.tier = s.tier and w.unit_code = s.unit_code
            and w.school_code is not distinct from s.school_code

)

select
    {{ as_of() }} as as_of,
    o.tier,
    o.unit_code,
    u.unit_name,
    o.school_code,
    d.school_name,
    o.n_children,
    o.n_open,
    o.points,
    o.reasons,
    case
        when o.tier = 'school' then row_number() over (
                partition by o.tier, o.unit_code
                order by o.points desc, o.open_share desc nulls last, o.school_code
            )
    end as rank_in_unit,
    row_number() over (
        partition by o.tier
        order by o.points desc, o.open_share desc nulls last, o.unit_code, o.school_code
    ) as rank_in_municipality
from ordered as o
left join units as u on o.unit_code = u.unit_code
left join schools as d on o.school_code = d.school_code
