{{ config(indexes=[{'columns': ['child_key', 'day'], 'unique': true}]) }}

with

runs as (

    select * from {{ ref('int_count_absence_runs') }}

)

select
    child_key,
    day,
    absence_kind,
    is_unexplained,
    n_in_run,
    run_started_on,
    unit_code,
    school_code,
    grade,
    class_no,
    filed_by
from runs
