with

source as (

    select * from {{ source('history', 'absence') }}

),

renamed as (

    select
        ---------- ids
        roll_number_key as pupil_key,
        filed_by,
        retired_by,
        ---------- texts
        absence_kind,
        ---------- dates
        day,
        known_to::date as withdrawn_on

    from source
    where retired_by is not null and known_to <= {{ known_at() }} and day <= {{ as_of() }}

)

select * from renamed
