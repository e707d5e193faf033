{{ config(indexes=[{'columns': ['child_key'], 'unique': true}, {'columns': ['unit_code']}]) }}

with

placed as (

    select * from {{ ref('int_place_migrant_children') }}

)

select
    {{ as_of() }} as as_of,
    child_key,
    unit_code,
    school_code,
    home_unit_code as admin_unit_code,
    sex,
    grade,
    stage,
    status,
    is_open,
    has_permit,
    is_migrant_pupil,
    is_enrolled,
    is_in_public_place,
    nearness,
    is_unknown,
    waiting_since,
    {{ as_of() }} - waiting_since as waiting_days
from placed
