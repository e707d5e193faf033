with

source as (

    select * from {{ source('history', 'staff') }}

),

renamed as (

    select
        ---------- ids
        sender as unit_code,
        staff_no,
        school_code,
        filed_by,
        row_hash,
        ---------- flags
        is_established,
        is_full_time_teacher,
        is_backbone,
        is_special_post,
        is_directed_graduate,
        valid_to > {{ as_of() }} as is_current,
        ---------- texts
        stage,
        subject,
        education_level,
        title_rank,
        ---------- dates
        valid_from,
        case when valid_to <= {{ as_of() }} then valid_to else 'infinity' end as valid_to

    from source
    where {{ is_known() }} and valid_from <= {{ as_of() }}

)

select * from renamed
