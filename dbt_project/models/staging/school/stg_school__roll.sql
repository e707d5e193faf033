with

source as (

    select * from {{ source('history', 'roll') }}

),

renamed as (

    select
        ---------- ids
        sender as unit_code,
        school_code,
        roll_number_key as pupil_key,
        id_number,
        id_number_key,
        hukou_district_code,
        residence_township_code,
        filed_by,
        row_hash,
        ---------- flags
        is_migrant,
        is_orphan,
        needs_aid,
        is_subsidised,
        is_government_place,
        valid_to > {{ as_of() }} as is_current,
        ---------- numerics
        grade,
        ---------- texts
        roll_number,
        guardian_name,
        guardian_phone,
        name,
        former_name,
        sex,
        ethnicity,
        id_type,
        id_number_state,
        class_no,
        entered_month,
        study_mode,
        left_behind,
        disability_kind,
        inclusion,
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
