with

source as (

    select * from {{ source('history', 'placement') }}

),

renamed as (

    select
        ---------- ids
        sender as unit_code,
        placement_no,
        id_number,
        id_number_key,
        roll_number_key as pupil_key,
        school_code,
        filed_by,
        row_hash,
        ---------- flags
        valid_to > {{ as_of() }} as is_current,
        ---------- numerics
        n_visits_planned,
        n_visits_done,
        ---------- texts
        name,
        sex,
        id_type,
        id_number_state,
        disability_kind,
        disability_grade,
        assessment,
        placement_kind,
        plan_no,
        ---------- dates
        birth_on,
        assessed_on,
        placed_on,
        ended_on,
        last_visit_on,
        valid_from,
        case when valid_to <= {{ as_of() }} then valid_to else 'infinity' end as valid_to

    from source
    where {{ is_known() }} and valid_from <= {{ as_of() }}

)

select * from renamed
