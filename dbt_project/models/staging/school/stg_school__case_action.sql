with

source as (

    select * from {{ source('history', 'case_action') }}

),

renamed as (

    select
        ---------- ids
        sender,
        action_no,
        unit_code,
        school_code,
        roll_number_key as pupil_key,
        id_number_key,
        filed_by,
        ---------- texts
        case_no,
        name,
        id_number_state,
        action_kind,
        actor_role,
        cause,
        disposition,
        evidence_kind,
        document_no,
        ---------- dates
        birth_on,
        acted_on,
        due_on,
        business_date

    from source
    where {{ is_known() }} and acted_on <= {{ as_of() }}

)

select * from renamed
