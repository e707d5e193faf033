with

source as (

    select * from {{ source('history', 'class_return') }}

),

renamed as (

    select
        ---------- ids
        sender,
        unit_code,
        school_code,
        class_no,
        filed_by,
        ---------- numerics
        grade,
        n_expected,
        n_present,
        n_absent,
        ---------- dates
        day,
        business_date,
        ---------- times
        returned_at

    from source
    where {{ is_known() }} and day <= {{ as_of() }}

)

select * from renamed
