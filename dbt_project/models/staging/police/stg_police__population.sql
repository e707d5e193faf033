with

source as (

    select * from {{ source('history', 'population') }}

),

renamed as (

    select
        ---------- ids
        sender,
        id_number,
        id_number_key,
        district_code,
        township_code,
        household_no,
        residence_district_code,
        filed_by,
        row_hash,
        ---------- flags
        valid_to > {{ as_of() }} as is_current,
        ---------- texts
        village,
        guardian_name,
        guardian_phone,
        id_number_state,
        name,
        former_name,
        sex,
        ethnicity,
        register_kind,
        ---------- dates
        birth_on,
        valid_from,
        case when valid_to <= {{ as_of() }} then valid_to else 'infinity' end as valid_to,
        ---------- timestamps
        known_from

    from source
    where {{ is_known() }} and valid_from <= {{ as_of() }}

)

select * from renamed
