with

source as (

    select * from {{ source('history', 'absence') }}

),

renamed as (

    select
        ---------- ids
        sender,
        unit_code,
        school_code,
        roll_number_key as pupil_key,
        filed_by,
        ---------- numerics
        grade,
        ---------- texts
        class_no,
        absence_kind,
        ---------- dates
        day,
        business_date,
        ---------- times
        marked_at

    from source
    where {{ is_known() }} and day <= {{ as_of() }}

)

select * from renamed
