-- Schools outside the municipality: proved by the national roll or a receipt, or only claimed. An
-- answer carries forward for as long as the threshold says.
with

answers as (

    select * from {{ ref('stg_school__outside_enrolment') }}

),

named as (

    select * from {{ ref('int_identify_named_rows') }}

),

leavings as (

    select * from {{ ref('int_spell_leavings') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

delivered as (

    select max(business_date) as last_on
    from {{ ref('stg_ops__delivery') }}
    where feed = 'outside_enrolment' and verdict = 'accepted'

),

spelled as (

    select
        n.child_key, a.proof_kind, a.filed_by, a.enrolled_from as from_on,
        least(
            a.valid_to, a.enrolled_to + 1,
            d.last_on + {{ threshold('outside_carry') }}::integer + 1
        ) as to_on
    from answers as a
    inner join named as n
        on a.row_hash = n.row_hash and a.sender = n.sender and n.feed = 'outside_enrolment'
    cross join delivered as d
    where n.child_key is not null

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
from spelled
where from_on < to_on

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
