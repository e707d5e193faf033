with

source as (

    select * from {{ source('identity', 'number_neighbour') }}

),

renamed as (

    select
        id_number_key,
        neighbour_key,
        how

    from source

)

select * from renamed
