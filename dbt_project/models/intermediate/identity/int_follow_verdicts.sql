{{ config(materialized='view') }}

-- What people decided of a pupil, under each of its roll numbers; and of a child, under the key
-- that corrections of its number have given it since.
with

given as (

    select * from {{ ref('stg_identity__verdict') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

verdicts as (

    select
        g.pupil_key, coalesce(c.child_key, g.child_key) as child_key, g.evidence_hash, g.verdict,
        g.decided_at
    from given as g
    left join corrected as c on g.child_key = c.id_number_key

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
