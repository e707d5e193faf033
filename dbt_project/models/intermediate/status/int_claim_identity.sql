-- Children who may be a pupil whom nobody has identified yet, and who have no other enrolment:
-- until somebody has decided they are neither in school nor missing.
with

reviews as (

    select * from {{ ref('int_list_reviews') }}
    where subject in ('roll', 'placement', 'outside_enrolment')

),

linked as (

    select p.child_key from {{ ref('int_identify_pupils') }} as p
    inner join reviews as r on p.child_key = r.child_key
    where p.is_linked

)

select distinct
    r.child_key,
    'identity_pending' as rule,
    date '-infinity' as from_on,
    date 'infinity' as to_on,
    null as unit_code,
    null as school_code,
    0 as days_absent,
    null::text as evidence
from reviews as r
left join linked as l on r.child_key = l.child_key
where l.child_key is null
