with

source as (

    select * from {{ source('ops', 'delivery_section') }}

),

renamed as (

    select
        ---------- ids
        delivery_id,
        unit_code,
        ---------- numerics
        n_read,
        n_accepted,
        n_rejected,
        jsonb_array_length(reasons) as n_reasons,
        ---------- texts
        verdict

    from source

)

select * from renamed
