{#- Changes told apart are taken for few, and would be joined to rolls and children row by row. -#}
{{ config(pre_hook="set local enable_nestloop = off") }}

-- Dropout rate by headcount, the old rule of the statistics: per school and summed upward, those
-- who left the roll in the school year less those who came onto it, whatever became of them. It may
-- be negative. Kinds of change that are neither are not in seed_roll_flow. Who left or came is
-- broken down by the child and by the grade of its last seat there this year; without a seat or a
-- child known, only by the school.
with

changes as (

    -- Both sides of a transfer report it, and a report may be sent again.
    select distinct pupil_key, change_kind, changed_on, from_school_code, to_school_code
    from {{ ref('stg_school__roll_change') }}

),

flows as (

    select * from {{ ref('seed_roll_flow') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

years as (

    select * from {{ ref('int_date_school_years') }}
    where school_year = {{ school_year(as_of()) }}

),

starters as (

    select * from {{ ref('int_count_starters') }}

),

units as (

    select * from {{ ref('seed_unit') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

children as (

    select * from {{ ref('int_describe_children') }}

),

groups as (

    select * from {{ ref('int_group_children') }}

),

placed as (

    select
        c.pupil_key, c.change_kind, c.changed_on, f.n_left,
        case
            when f.n_left > 0 then c.from_school_code
            else coalesce(c.to_school_code, c.from_school_code)
        end as school_code
    from changes as c
    inner join flows as f on c.change_kind = f.change_kind

),

flown as (

    select distinct
        p.pupil_key, p.change_kind, p.changed_on, p.n_left,
        p.school_code, s.unit_code, s.urban_rural
    from placed as p
    inner join schools as s on p.school_code = s.school_code
    inner join years as y on s.unit_code = y.unit_code
    where p.changed_on >= y.from_on

),

seats as (

    select distinct on (e.pupil_key, e.school_code) e.pupil_key, e.school_code, e.grade
    from {{ ref('int_spell_enrolments') }} as e
    inner join years as y on e.unit_code = y.unit_code and e.to_on > y.from_on
    where e.pupil_key in (select f.pupil_key from flown as f)
    order by e.pupil_key, e.school_code, e.from_on desc, e.grade

),

described as materialized (

    select
        f.unit_code, f.school_code, f.n_left, c.sex, t.grade,
        case when t.grade <= 6 then 'primary' when t.grade > 6 then 'junior' end as stage,
        {{ urban_rural_of('f.urban_rural') }} as urban_rural,
        u.zone,
        coalesce(g.key_groups, '{}') as key_groups
    from flown as f
    left join seats as t on f.pupil_key = t.pupil_key and f.school_code = t.school_code
    left join pupils as p on f.pupil_key = p.pupil_key
    left join children as c on p.child_key = c.child_key
    left join groups as g on p.child_key = g.child_key
    left join units as u on f.unit_code = u.unit_code

),

counted as (

    select
        d.unit_code, d.school_code, b.breakdown, b.breakdown_value,
        sum(d.n_left) as n_left, 0 as n_children
    from described as d
    cross join {{ break_down('d') }} as b
    group by 1, 2, 3, 4
    union all
    select s.unit_code, s.school_code, b.breakdown, b.breakdown_value, 0, sum(s.n_children)
    from starters as s
    cross join {{ break_down('s') }} as b
    group by 1, 2, 3, 4

)

select
    unit_code, school_code, breakdown, breakdown_value,
    'dropout_rate_flow' as indicator,
    sum(n_left)::bigint as numerator,
    sum(n_children)::bigint as denominator
from counted
group by 1, 2, 3, 4
