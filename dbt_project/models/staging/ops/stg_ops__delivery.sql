with

source as (

    select * from {{ source('ops', 'delivery') }}

),

renamed as (

    select
        ---------- ids
        delivery_id,
        feed,
        sender,
        ---------- flags
        is_in_force,
        ---------- numerics
        revision,
        n_bytes,
        n_read,
        n_accepted,
        n_rejected,
        jsonb_array_length(reasons) as n_reasons,
        ---------- texts
        verdict,
        ---------- dates
        business_date,
        ---------- times
        received_at

    from source
    where received_at <= {{ known_at() }} and business_date <= {{ as_of() }}

)

select * from renamed
