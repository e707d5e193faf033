{{ config(indexes=[{'columns': ['child_key'], 'unique': true}, {'columns': ['unit_code']}]) }}

with

children as (

    select * from {{ ref('int_describe_children') }}

)

select
    child_key,
    unit_code,
    school_code,
    home_unit_code,
    birth_year,
    sex,
    ethnicity,
    register_kind,
    district_code,
    grade,
    is_on_register,
    is_on_roll,
    is_left_behind,
    is_migrant,
    is_orphan,
    is_boarder,
    is_poor,
    is_disabled
from children
