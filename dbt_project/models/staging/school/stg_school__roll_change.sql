with

source as (

    select * from {{ source('history', 'roll_change') }}

),

renamed as (

    select
        ---------- ids
        sender as unit_code,
        roll_number_key as pupil_key,
        change_kind,
        from_school_code,
        to_school_code,
        filed_by,
        ---------- texts
        change_reason,
        to_province_code,
        approval_no,
        ---------- dates
        changed_on,
        approved_on,
        ends_on,
        business_date

    from source
    where {{ is_known() }} and changed_on <= {{ as_of() }}

)

select * from renamed
