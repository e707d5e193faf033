-- 零拒绝 by unit and school: children of age with a certificate, by how they learn; who has no place,
-- and who lacks the plan that its way needs. A child without a school counts in its unit alone.
with

children as (

    select * from {{ ref('fct_disabled_child') }}

),

units as (

    select * from {{ ref('dim_unit') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

counted as (

    select
        unit_code, school_code,
        count(*) as n_children,
        count(*) filter (where is_of_three_kinds) as n_of_three_kinds,
        count(*) filter (where is_enrolled) as n_enrolled,
        count(*) filter (where way = 'special_school') as n_special_school,
        count(*) filter (where way = 'inclusion') as n_inclusion,
        count(*) filter (where way = 'attached_class') as n_attached_class,
        count(*) filter (where way = 'home_teaching') as n_home_teaching,
        count(*) filter (where way = 'home_teaching_not_done') as n_home_teaching_not_done,
        count(*) filter (where way = 'roll_only') as n_roll_only,
        count(*) filter (where way = 'elsewhere') as n_elsewhere,
        count(*) filter (where way in ('suspended', 'deferred')) as n_deferred,
        count(*) filter (where way = 'exempt') as n_exempt,
        count(*) filter (where way = 'waiting') as n_waiting,
        count(*) filter (where way = 'unknown') as n_unknown,
        count(*) filter (where way = 'none') as n_without_place,
        count(*) filter (where is_plan_missing) as n_plan_missing,
        count(*) filter (where is_open) as n_open,
        max(waiting_days) as longest_waiting_days,
        round(avg(waiting_days))::integer as mean_waiting_days
    from children
    group by unit_code, school_code

)

select
    {{ as_of() }} as as_of,
    c.unit_code,
    u.unit_name,
    c.school_code,
    s.school_name,
    c.n_children,
    c.n_of_three_kinds,
    c.n_enrolled,
    c.n_special_school,
    c.n_inclusion,
    c.n_attached_class,
    c.n_home_teaching,
    c.n_home_teaching_not_done,
    c.n_roll_only,
    c.n_elsewhere,
    c.n_deferred,
    c.n_exempt,
    c.n_waiting,
    c.n_unknown,
    c.n_without_place,
    c.n_plan_missing,
    c.n_open,
    c.longest_waiting_days,
    c.mean_waiting_days
from counted as c
left join units as u on c.unit_code = u.unit_code
left join schools as s on c.school_code = s.school_code
