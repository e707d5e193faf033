with

source as (

    select * from {{ source('history', 'school_base') }}

),

renamed as (

    select
        ---------- ids
        sender,
        school_code,
        school_year,
        filed_by,
        row_hash,
        ---------- flags
        valid_to > {{ as_of() }} as is_current,
        ---------- numerics
        grade,
        n_entrants,
        n_pupils,
        n_graduates,
        n_transferred_in,
        n_transferred_out,
        ---------- dates
        valid_from,
        case when valid_to <= {{ as_of() }} then valid_to else 'infinity' end as valid_to

    from source
    where {{ is_known() }} and valid_from <= {{ as_of() }}

)

select * from renamed
