{{ config(indexes=[{'columns': ['person_key', 'child_key'], 'unique': true}]) }}

-- What people decided, where the evidence on either side is still what they saw. The last word
-- counts.
with

verdicts as (

    select * from {{ ref('stg_identity__verdict') }}

),

people as (

    select * from {{ ref('int_key_unlinked') }}

),

children as (

    select * from {{ ref('int_key_children') }}

)

select distinct on (v.pupil_key, v.child_key)
    v.pupil_key as person_key,
    v.child_key,
    v.verdict,
    v.decided_at
from verdicts as v
inner join people as p on v.pupil_key = p.person_key
inner join children as c on v.child_key = c.child_key
where v.evidence_hash = {{ evidence_hash('p', 'c') }}
order by v.pupil_key, v.child_key, v.decided_at desc, v.verdict
