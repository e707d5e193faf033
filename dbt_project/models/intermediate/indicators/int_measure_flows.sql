-- Dropout rate by headcount, the old rule of the statistics: per school and summed upward, those
-- who left the roll in the school year less those who came onto it, whatever became of them. It may
-- be negative. Kinds of change that are neither are not in seed_roll_flow.
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

    select unit_code, school_code, sum(n_children) as n_children
    from {{ ref('int_count_starters') }}
    group by 1, 2

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

left_by_school as (

    select s.unit_code, p.school_code, sum(p.n_left) as n_left
    from (select distinct pupil_key, change_kind, changed_on, n_left, school_code from placed) as p
    inner join schools as s on p.school_code = s.school_code
    inner join years as y on s.unit_code = y.unit_code
    where p.changed_on >= y.from_on
    group by 1, 2

)

select
    coalesce(s.unit_code, l.unit_code) as unit_code,
    coalesce(s.school_code, l.school_code) as school_code,
    'all' as breakdown, 'all' as breakdown_value,
    'dropout_rate_flow' as indicator,
    coalesce(l.n_left, 0)::bigint as numerator,
    coalesce(s.n_children, 0)::bigint as denominator
from starters as s
full join left_by_school as l on s.unit_code = l.unit_code and s.school_code = l.school_code
