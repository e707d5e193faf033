{{ config(indexes=[{'columns': ['child_key']}, {'columns': ['unit_code', 'school_code']}]) }}

with

payments as (

    select * from {{ ref('stg_finance__aid_payment') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

)

select
    pay.unit_code,
    pay.payment_no,
    pupils.child_key,
    pay.pupil_key,
    pay.school_code,
    pay.programme,
    pay.period,
    pay.n_days,
    pay.rate_fen,
    pay.amount_fen,
    pay.channel,
    pay.paid_on,
    pupils.child_key is not null as is_known_pupil,
    pay.filed_by
from payments as pay
left join pupils on pay.pupil_key = pupils.pupil_key
