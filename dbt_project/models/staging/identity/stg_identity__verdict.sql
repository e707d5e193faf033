with

source as (

    select * from {{ source('identity', 'review') }}

),

renamed as (

    select
        pupil_key,
        child_key,
        evidence_hash,
        verdict,
        decided_at

    from source
    where verdict is not null and decided_at <= {{ known_at() }}

)

select * from renamed
