-- Children of whom it is not yet known who they are; until somebody has decided they are neither in
-- school nor missing: those who may be a pupil whom nobody has identified and have no other
-- enrolment, and a registration that seems to be another's child once more.
with

reviews as (

    select * from {{ ref('int_list_reviews') }}
    where subject in ('roll', 'placement', 'outside_enrolment')

),

linked as (

    select p.child_key from {{ ref('int_identify_pupils') }} as p
    inner join reviews as r on p.child_key = r.child_key
    where p.is_linked

),

registrations as (

    select * from {{ ref('int_pair_registrations') }}

),

claims as (

    select distinct
        r.child_key,
        'identity_pending' as rule
    from reviews as r
    left join linked as l on r.child_key = l.child_key
    where l.child_key is null
    union all
    select
        child_key,
        'registered_twice' as rule
    from registrations
    where is_surplus

)

select
    child_key,
    rule,
    date '-infinity' as from_on,
    date 'infinity' as to_on,
    null as unit_code,
    null as school_code,
    0 as days_absent,
    null::text as evidence
from claims
