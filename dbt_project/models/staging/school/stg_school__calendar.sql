with

source as (

    select * from {{ source('history', 'calendar') }}

),

renamed as (

    select
        ---------- ids
        sender as unit_code,
        stage,
        filed_by,
        row_hash,
        ---------- flags
        valid_to > {{ as_of() }} as is_current,
        ---------- numerics
        school_day,
        ---------- texts
        reason,
        approval_no,
        ---------- dates
        day,
        valid_from,
        case when valid_to <= {{ as_of() }} then valid_to else 'infinity' end as valid_to

    from source
    where {{ is_known() }} and valid_from <= {{ as_of() }}

)

select * from renamed
