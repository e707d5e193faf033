-- Children whom the police have living outside the municipality. It proves no school: a lead of its
-- own, for whoever asks the family, and no reason to stop looking.
with

people as (

    select * from {{ ref('int_register_people') }}

)

select
    child_key,
    'lives_outside' as rule,
    valid_from as from_on,
    valid_to as to_on,
    null as unit_code,
    null as school_code,
    0 as days_absent,
    'population:' || filed_by as evidence
from people
where left(residence_district_code, 2) <> '50'
