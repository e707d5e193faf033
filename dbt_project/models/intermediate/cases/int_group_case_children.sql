{{ config(indexes=[{'columns': ['child_key'], 'unique': true}]) }}

-- The children on the ledger as the marts may show them: masked, with the groups of the watch list
-- and what the indicators break cases down by. Who has been taken off the roll, as many on the
-- ledger have, keeps the grade of its last seat there; the stage is the one of int_flag_children.
with

named as (

    select * from {{ ref('int_name_case_children') }}

),

children as (

    select * from {{ ref('int_describe_children') }}

),

groups as (

    select * from {{ ref('int_group_children') }}

)

select
    n.child_key,
    left(n.name, 1) || '*' as name_mask,
    n.township_code,
    c.birth_year,
    c.sex,
    c.grade,
    coalesce(c.grade, n.grade) as last_grade,
    {{
        stage_of_child('c.grade', school_year(as_of()) ~ ' - extract(year from c.cohort_on)::integer')
    }} as stage,
    c.home_unit_code,
    c.status,
    c.is_left_behind,
    c.is_migrant,
    c.is_disabled,
    c.is_poor,
    coalesce('filed_poor' = any(g.key_groups), false) as is_filed_poor,
    coalesce('minimum_allowance' = any(g.key_groups), false) as is_minimum_living,
    coalesce(g.key_groups && array['orphan', 'unsupported'], false) as is_orphan,
    coalesce('minority' = any(g.key_groups), false) as is_minority,
    coalesce(g.key_groups, '{}') as key_groups
from named as n
inner join children as c on n.child_key = c.child_key
left join groups as g on n.child_key = g.child_key
