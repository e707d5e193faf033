{{ config(indexes=[{'columns': ['pupil_key'], 'unique': true}, {'columns': ['child_key']}]) }}

with

pupils as (

    select * from {{ ref('int_identify_pupils') }}
    where is_linked

)

select
    pupil_key,
    child_key,
    unit_code,
    school_code,
    method,
    weight,
    '{{ var("model_version") }}'::text as model_version,
    evidence_from as valid_from,
    date 'infinity' as valid_to,
    known_from,
    timestamptz 'infinity' as known_to
from pupils
