with

source as (

    select * from {{ source('history', 'population_change') }}

),

renamed as (

    select
        ---------- ids
        sender,
        change_no,
        id_number,
        id_number_key,
        from_district_code,
        to_district_code,
        to_township_code,
        new_id_number,
        new_id_number_key,
        filed_by,
        ---------- texts
        name,
        new_name,
        id_number_state,
        change_kind,
        new_id_number_state,
        ---------- dates
        changed_on,
        business_date

    from source
    where {{ is_known() }} and changed_on <= {{ as_of() }}

)

select * from renamed
