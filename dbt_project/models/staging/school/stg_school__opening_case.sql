with

source as (

    select * from {{ source('history', 'opening_case') }}

),

renamed as (

    select
        ---------- ids
        sender,
        case_no,
        unit_code,
        id_number,
        id_number_key,
        filed_by,
        row_hash,
        ---------- flags
        valid_to > {{ as_of() }} as is_current,
        ---------- texts
        name,
        sex,
        id_number_state,
        case_status,
        cause,
        disposition,
        ---------- dates
        birth_on,
        opened_on,
        suspended_until,
        valid_from,
        case when valid_to <= {{ as_of() }} then valid_to else 'infinity' end as valid_to

    from source
    where {{ is_known() }} and valid_from <= {{ as_of() }}

)

select * from renamed
