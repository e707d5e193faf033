{{ config(indexes=[{'columns': ['child_key'], 'unique': true}]) }}

-- The children on the ledger as the marts may show them: masked, with the groups of the watch
-- list.
with

named as (

    select * from {{ ref('int_name_case_children') }}

),

children as (

    select * from {{ ref('int_describe_children') }}

),

hardship as (

    select
        n.child_key,
        bool_or(h.hardship_kind = 'filed_poor') as is_filed_poor,
        bool_or(h.hardship_kind in ('rural_minimum', 'urban_minimum')) as is_minimum_living,
        bool_or(h.hardship_kind in ('orphan', 'unsupported')) as is_orphan
    from {{ ref('int_identify_named_rows') }} as n
    inner join {{ ref('stg_welfare__hardship_register') }} as h
        on n.row_hash = h.row_hash and n.sender = h.sender
    where
        n.feed = 'hardship_register' and h.is_current
        and coalesce(h.expires_on, 'infinity') >= {{ as_of() }}
    group by n.child_key

)

select
    n.child_key,
    left(n.name, 1) || '*' as name_mask,
    n.township_code,
    c.birth_year,
    c.sex,
    c.grade,
    c.home_unit_code,
    c.status,
    c.is_left_behind,
    c.is_migrant,
    c.is_disabled,
    c.is_poor,
    coalesce(h.is_filed_poor, false) as is_filed_poor,
    coalesce(h.is_minimum_living, false) as is_minimum_living,
    c.is_orphan or coalesce(h.is_orphan, false) as is_orphan,
    coalesce(c.ethnicity <> '01', false) as is_minority
from named as n
inner join children as c on n.child_key = c.child_key
left join hardship as h on n.child_key = h.child_key
