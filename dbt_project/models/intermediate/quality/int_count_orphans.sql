-- Rows of a delivery that name a pupil who is on no roll, by delivery and unit.
with

absences as (

    select * from {{ ref('stg_school__absence') }}

),

payments as (

    select * from {{ ref('stg_finance__aid_payment') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

named as (

    select filed_by, unit_code, pupil_key from absences
    union all
    select filed_by, unit_code, pupil_key from payments

)

select
    n.filed_by as delivery_id,
    n.unit_code,
    count(*) as n_orphan_rows
from named as n
left join pupils as p on n.pupil_key = p.pupil_key
where p.pupil_key is null
group by n.filed_by, n.unit_code
