with

source as (

    select * from {{ source('history', 'hardship_register') }}

),

renamed as (

    select
        ---------- ids
        sender,
        id_number,
        id_number_key,
        hardship_kind,
        district_code,
        township_code,
        filed_by,
        row_hash,
        ---------- flags
        valid_to > {{ as_of() }} as is_current,
        ---------- texts
        id_number_state,
        name,
        sex,
        ---------- dates
        birth_on,
        recognised_on,
        expires_on,
        valid_from,
        case when valid_to <= {{ as_of() }} then valid_to else 'infinity' end as valid_to

    from source
    where {{ is_known() }} and valid_from <= {{ as_of() }}

)

select * from renamed
