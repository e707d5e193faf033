{{ config(materialized='view') }}

-- What people decided of a pupil, under each of its roll numbers.
with

verdicts as (

    select * from {{ ref('stg_identity__verdict') }}

),

followed as (

    select * from {{ ref('int_follow_roll_numbers') }}

),

either_way as (

    select
        former_pupil_key as given_key,
        pupil_key
    from followed
    union all
    select
        pupil_key as given_key,
        former_pupil_key as pupil_key
    from followed

)

select pupil_key, child_key, evidence_hash, verdict, decided_at
from verdicts
union all
select e.pupil_key, v.child_key, v.evidence_hash, v.verdict, v.decided_at
from verdicts as v
inner join either_way as e on v.pupil_key = e.given_key
