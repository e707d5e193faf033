with

source as (

    select * from {{ source('history', 'school') }}

),

renamed as (

    select
        ---------- ids
        sender as unit_code,
        school_code,
        district_code,
        township_code,
        parent_school_code,
        filed_by,
        row_hash,
        ---------- flags
        is_boarding,
        is_nutrition,
        valid_to > {{ as_of() }} as is_current,
        ---------- numerics
        n_pupils_declared,
        n_classes_declared,
        ---------- texts
        school_name,
        school_kind,
        urban_rural,
        sponsor,
        ---------- dates
        valid_from,
        case when valid_to <= {{ as_of() }} then valid_to else 'infinity' end as valid_to

    from source
    where {{ is_known() }} and valid_from <= {{ as_of() }}

)

select * from renamed
