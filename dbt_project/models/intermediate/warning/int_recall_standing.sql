{{ config(materialized='view') }}

-- What a child's grade, age and groups say, as measures of the early warning.
with

children as (

    select
        *,
        {{ school_year(as_of()) }} - extract(year from cohort_on)::integer as years
    from {{ ref('int_describe_children') }}
    where is_on_roll

),

groups as (

    select * from {{ ref('int_group_children') }}

),

parents_away as (

    select p.child_key, max(r.left_behind::integer) as n
    from {{ ref('stg_school__roll') }} as r
    inner join {{ ref('int_identify_pupils') }} as p on r.pupil_key = p.pupil_key
    where r.is_current and r.left_behind in ('1', '2')
    group by p.child_key

),

described as (

    select
        c.child_key, c.grade, c.years - 5 - c.grade as years_over_grade, a.n as left_behind,
        g.key_groups
    from children as c
    left join groups as g on c.child_key = g.child_key
    left join parents_away as a on c.child_key = a.child_key

)

select d.child_key, m.measure, m.n::integer as n
from described as d
cross join
    lateral (
        values
        ('grade', d.grade),
        ('years_over_grade', d.years_over_grade),
        ('left_behind', d.left_behind),
        ('orphan', (d.key_groups && array['orphan', 'unsupported'])::integer),
        ('poor', ('poor' = any(d.key_groups))::integer),
        ('migrant', ('migrant' = any(d.key_groups))::integer),
        ('disabled', ('disabled' = any(d.key_groups))::integer)
    ) as m (measure, n)
where m.n > 0
