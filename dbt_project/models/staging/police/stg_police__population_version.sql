-- Every version of every row that has been believed, also those retired since: when each was first
-- heard of.
with

source as (

    select * from {{ source('history', 'population') }}

),

renamed as (

    select
        sender,
        id_number_key,
        known_from

    from source
    where known_from <= {{ known_at() }} and valid_from <= {{ as_of() }}

)

select * from renamed
