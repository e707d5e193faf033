with

source as (

    select * from {{ source('history', 'outside_enrolment') }}

),

renamed as (

    select
        ---------- ids
        sender,
        answer_no,
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
        province_code,
        school_name,
        proof_kind,
        ---------- dates
        birth_on,
        enrolled_from,
        enrolled_to,
        valid_from,
        case when valid_to <= {{ as_of() }} then valid_to else 'infinity' end as valid_to

    from source
    where {{ is_known() }} and valid_from <= {{ as_of() }}

)

select * from renamed
