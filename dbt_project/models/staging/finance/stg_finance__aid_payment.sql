with

source as (

    select * from {{ source('history', 'aid_payment') }}

),

renamed as (

    select
        ---------- ids
        sender as unit_code,
        payment_no,
        school_code,
        roll_number_key as pupil_key,
        id_number_key,
        account_hash,
        filed_by,
        ---------- numerics
        n_days,
        rate_fen,
        amount_fen,
        ---------- texts
        name,
        programme,
        period,
        id_number_state,
        channel,
        batch_no,
        ---------- dates
        paid_on,
        business_date

    from source
    where {{ is_known() }} and paid_on <= {{ as_of() }}

)

select * from renamed
