with

source as (

    select * from {{ source('history', 'aid_transfer') }}

),

renamed as (

    select
        ---------- ids
        sender,
        transfer_no,
        unit_code,
        filed_by,
        ---------- numerics
        n_persons,
        amount_fen,
        ---------- texts
        programme,
        term,
        ---------- dates
        transferred_on,
        business_date

    from source
    where {{ is_known() }} and transferred_on <= {{ as_of() }}

)

select * from renamed
