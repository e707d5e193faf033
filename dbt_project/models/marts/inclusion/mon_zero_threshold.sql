-- 零门槛 by unit and school: migrant children of age, placed, in public places, near home.
with

children as (

    select * from {{ ref('fct_migrant_child') }}

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
        count(*) filter (where has_permit) as n_with_permit,
        count(*) filter (where is_enrolled) as n_enrolled,
        count(*) filter (where is_in_public_place) as n_in_public_place,
        count(*) filter (where nearness = 'township') as n_in_own_township,
        count(*) filter (where nearness = 'district') as n_in_own_district,
        count(*) filter (where nearness = 'elsewhere') as n_far,
        count(*) filter (where nearness = 'unknown') as n_distance_unknown,
        count(*) filter (where is_unknown) as n_unknown,
        count(*) filter (where waiting_since is not null) as n_without_place,
        max(waiting_days) as longest_waiting_days
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
    c.n_with_permit,
    c.n_enrolled,
    c.n_in_public_place,
    c.n_in_own_township,
    c.n_in_own_district,
    c.n_far,
    c.n_distance_unknown,
    c.n_unknown,
    c.n_without_place,
    c.longest_waiting_days
from counted as c
left join units as u on c.unit_code = u.unit_code
left join schools as s on c.school_code = s.school_code
