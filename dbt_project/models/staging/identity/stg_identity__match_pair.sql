with

source as (

    select * from {{ source('match', 'match_pair') }}

),

renamed as (

    select
        person_key,
        child_key,
        weight,
        margin,
        rank,
        name_level,
        birth_level,
        sex_level,
        number_level,
        place_level,
        decision,
        reason

    from source

)

select * from renamed
