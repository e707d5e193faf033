-- Children of whom it is not yet known who they are; until somebody has decided they are neither in
-- school nor missing: those who may be a pupil whom nobody has identified, from when that could be
-- asked (a present enrolment ranks above it, one that has ended does not), and a registration that
-- seems to be another child's once more.
with

reviews as (

    select * from {{ ref('int_list_reviews') }}
    where subject in ('roll', 'placement', 'outside_enrolment')

),

registrations as (

    select * from {{ ref('int_pair_registrations') }}

),

claims as (

    -- Rows that came after the published date put it in doubt all the same.
    select
        child_key,
        'identity_pending' as rule,
        least(min(asked_from), {{ as_of() }}) as from_on
    from reviews
    group by child_key
    union all
    select
        child_key,
        'registered_twice' as rule,
        date '-infinity' as from_on
    from registrations
    where is_surplus

)

select
    child_key,
    rule,
    from_on,
    date 'infinity' as to_on,
    null as unit_code,
    null as school_code,
    0 as days_absent,
    null::text as evidence
from claims
