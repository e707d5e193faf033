{{ config(materialized='view') }}

-- The first tier: pupils whose valid number is a child's, and who agree with that child otherwise.
-- A view: nearly all of them stand in int_pair_by_number already.
with

pairs as not materialized (

    select * from {{ ref('int_pair_by_number') }}
    where is_settled

),

judged as not materialized (

    select * from {{ ref('int_judge_by_number') }}

)

select
    pupil_key,
    unit_code,
    school_code,
    row_hash,
    valid_from,
    both_known_from,
    id_number_key,
    id_number_state,
    number_key,
    child_key,
    false as has_namesake,
    'number_name' as method
from pairs
union all
select
    pupil_key,
    unit_code,
    school_code,
    row_hash,
    valid_from,
    both_known_from,
    id_number_key,
    id_number_state,
    number_key,
    child_key,
    has_namesake,
    method
from judged
