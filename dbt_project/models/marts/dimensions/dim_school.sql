-- The newest version of each school, also of one that is no longer listed.
with

schools as (

    select distinct on (school_code) *
    from {{ ref('stg_school__school') }}
    order by school_code, is_current desc, valid_from desc, unit_code

)

select
    school_code,
    unit_code,
    school_name,
    school_kind,
    urban_rural,
    sponsor,
    district_code,
    township_code,
    parent_school_code,
    is_boarding,
    is_nutrition,
    n_pupils_declared,
    n_classes_declared,
    is_current
from schools
