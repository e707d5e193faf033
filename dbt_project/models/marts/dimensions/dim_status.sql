with

statuses as (

    select * from {{ ref('seed_status') }}

),

needs as (

    select * from {{ ref('seed_need') }}

)

select
    s.status,
    s.zh,
    s.en,
    s.is_open,
    coalesce(n.points, 0) as points,
    s.sort
from statuses as s
left join needs as n on s.status = n.status
