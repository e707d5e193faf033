-- One row per promised delivery, one per delivery that came unasked, and one per unit's section of
-- a platform file.
with

matched as (

    select * from {{ ref('int_match_deliveries') }}

),

deliveries as (

    select * from {{ ref('stg_ops__delivery') }}

),

sections as (

    select * from {{ ref('stg_ops__delivery_section') }}

),

orphans as (

    select * from {{ ref('int_count_orphans') }}

),

orphans_by_delivery as (

    select delivery_id, sum(n_orphan_rows) as n_orphan_rows
    from orphans
    group by delivery_id

)

select
    m.feed,
    m.sender,
    'whole' as part,
    m.unit_code,
    m.due_on,
    m.is_expected,
    m.state,
    m.n_deliveries,
    m.n_refused,
    m.first_received_at,
    m.accepted_at,
    m.delivery_id,
    d.n_read,
    d.n_accepted,
    d.n_rejected,
    coalesce(d.n_reasons, 0) as n_reasons,
    coalesce(o.n_orphan_rows, 0)::bigint as n_orphan_rows
from matched as m
left join deliveries as d on m.delivery_id = d.delivery_id
left join orphans_by_delivery as o on m.delivery_id = o.delivery_id

union all

select
    m.feed,
    m.sender,
    s.unit_code as part,
    s.unit_code,
    m.due_on,
    m.is_expected,
    case when s.verdict = 'refused' then 'refused' else m.state end as state,
    m.n_deliveries,
    m.n_refused,
    m.first_received_at,
    m.accepted_at,
    m.delivery_id,
    s.n_read,
    s.n_accepted,
    s.n_rejected,
    s.n_reasons,
    coalesce(o.n_orphan_rows, 0)::bigint as n_orphan_rows
from matched as m
inner join sections as s on m.delivery_id = s.delivery_id
left join orphans as o on s.delivery_id = o.delivery_id and s.unit_code = o.unit_code
