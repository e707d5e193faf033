{{ config(indexes=[{'columns': ['child_key'], 'unique': true}]) }}

-- 零门槛: children of age with a residence permit, or migrants by the roll: whether they have a place,
-- in a public school, and how near to where they live. Of whom roll or class has not told, whether
-- it has one is unknown, though the enrolment rate counts it by its roll.
with

children as (

    select
        *, status in ('unconfirmed', 'identity_pending', 'elsewhere_claimed') as is_unknown
    from {{ ref('int_flag_children') }}
    where is_of_age and (coalesce(register_kind = 'permit', false) or is_migrant)

),

schools as (

    select distinct on (school_code) school_code, township_code, district_code
    from {{ ref('stg_school__school') }}
    order by school_code, valid_from desc

),

told as (

    select *, is_enrolled and not is_unknown as is_placed from children

),

on_roll as (

    select distinct on (p.child_key) p.child_key, r.residence_township_code
    from {{ ref('stg_school__roll') }} as r
    inner join {{ ref('int_identify_pupils') }} as p on r.pupil_key = p.pupil_key
    where r.is_current and r.residence_township_code is not null
    order by p.child_key, r.valid_from desc, r.residence_township_code

)

select
    c.child_key, c.unit_code, c.school_code, c.home_unit_code, c.sex, c.grade, c.stage, c.status,
    c.is_open,
    coalesce(c.register_kind = 'permit', false) as has_permit,
    c.is_migrant_pupil,
    c.is_placed as is_enrolled,
    c.is_placed and c.is_in_public_place as is_in_public_place,
    case
        when not c.is_placed or c.school_code is null then null
        when s.township_code = r.residence_township_code then 'township'
        when s.district_code = left(r.residence_township_code, 6) then 'district'
        when r.residence_township_code is null or s.district_code is null then 'unknown'
        else 'elsewhere'
    end as nearness,
    c.is_unknown,
    case
        when
            not c.is_enrolled and not c.is_unknown and c.status not in ('suspended', 'placement')
            then c.status_from_on
    end as waiting_since
from told as c
left join schools as s on c.school_code = s.school_code
left join on_roll as r on c.child_key = r.child_key
