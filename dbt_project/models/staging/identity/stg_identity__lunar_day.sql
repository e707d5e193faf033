with

source as (

    select * from {{ source('identity', 'lunar_day') }}

),

renamed as (

    select
        written_on,
        meant_on

    from source

)

select * from renamed
