{{ config(indexes=[{'columns': ['child_key']}, {'columns': ['unit_code', 'school_code']}]) }}

with

payments as (

    select * from {{ ref('stg_finance__aid_payment') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

strays as (

    select * from {{ ref('int_identify_payments') }}

)

select
    pay.unit_code,
    pay.payment_no,
    coalesce(pupils.child_key, strays.child_key) as child_key,
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
left join strays on pay.unit_code = strays.unit_code and pay.payment_no = strays.payment_no
