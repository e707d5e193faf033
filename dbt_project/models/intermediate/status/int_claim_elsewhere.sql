-- Schools outside the municipality: proved by the national roll or a receipt, or only claimed.
with

answers as (

    select * from {{ ref('int_date_outside_answers') }}

),

leavings as (

    select * from {{ ref('int_spell_leavings') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

)

select
    child_key,
    case
        when proof_kind in ('national_roll', 'receipt') then 'elsewhere_proved'
        else 'elsewhere_claimed'
    end as rule,
    from_on,
    to_on,
    null as unit_code,
    null as school_code,
    0 as days_absent,
    'outside_enrolment:' || filed_by as evidence
from answers

union all

select
    p.child_key,
    'transfer_outside' as rule,
    l.from_on,
    least(l.to_on, l.from_on + {{ threshold('transfer_claim') }}::integer) as to_on,
    null as unit_code,
    null as school_code,
    0 as days_absent,
    'roll_change:' || l.filed_by as evidence
from leavings as l
inner join pupils as p on l.pupil_key = p.pupil_key
where l.change_kind = '21' and l.to_province_code <> '50'
