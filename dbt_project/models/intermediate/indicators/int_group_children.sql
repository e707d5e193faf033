{{ config(indexes=[{'columns': ['child_key'], 'unique': true}]) }}

-- The key groups (重点群体) of each child that belongs to any. A hardship counts while it is on the
-- register and has not expired.
with

children as (

    select * from {{ ref('int_describe_children') }}

),

named as (

    select * from {{ ref('int_identify_named_rows') }}
    where feed = 'hardship_register' and child_key is not null

),

register as (

    select * from {{ ref('stg_welfare__hardship_register') }}
    where is_current and coalesce(expires_on, 'infinity') >= {{ as_of() }}

),

hardships as (

    select n.child_key, array_agg(distinct r.hardship_kind) as kinds
    from register as r
    inner join named as n on r.sender = n.sender and r.row_hash = n.row_hash
    group by n.child_key

),

grouped as (

    select
        c.child_key,
        array_remove(array[
            case when c.is_left_behind then 'left_behind' end,
            case when c.is_migrant then 'migrant' end,
            case when c.is_poor then 'poor' end,
            case when 'filed_poor' = any(h.kinds) then 'filed_poor' end,
            case
                when h.kinds && array['rural_minimum', 'urban_minimum'] then 'minimum_allowance'
            end,
            case when c.is_orphan or 'orphan' = any(h.kinds) then 'orphan' end,
            case when 'unsupported' = any(h.kinds) then 'unsupported' end,
            case when c.is_disabled then 'disabled' end,
            case when c.ethnicity <> '01' then 'minority' end
        ], null) as key_groups
    from children as c
    left join hardships as h on c.child_key = h.child_key

)

select child_key, key_groups
from grouped
where key_groups <> '{}'
