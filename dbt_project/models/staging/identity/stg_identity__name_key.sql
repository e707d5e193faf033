with

source as (

    select * from {{ source('identity', 'name_key') }}

),

renamed as (

    select
        name,
        plain,
        sound,
        surname

    from source

)

select * from renamed
