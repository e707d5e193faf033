-- Children counted once, by everything an indicator is broken down by.
with

children as (

    select f.*, coalesce(d.is_enrolled, false) as is_disabled_enrolled
    from {{ ref('int_flag_children') }} as f
    left join {{ ref('int_place_disabled_children') }} as d on f.child_key = d.child_key

)

select
    unit_code, school_code, status, is_open, sex, stage, grade, age_stage, urban_rural, zone,
    key_groups, is_in_base, is_of_age, is_enrolled, is_at_level, is_disabled,
    is_disabled_of_three, is_disabled_enrolled, is_migrant_pupil, is_in_public_place,
    count(*) as n_children
from children
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
