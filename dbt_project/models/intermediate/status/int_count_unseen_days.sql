-- Marks of absence in a row, with leave or without, between which no report has shown the child.
with

runs as (

    select * from {{ ref('int_count_absence_runs') }}

),

-- What came between two marks, if anything, is the end of the first one's word.
marked as (

    select
        *,
        lag(until_on) over (partition by child_key order by day) < day as was_seen
    from runs

),

grouped as (

    select
        *,
        sum(coalesce(was_seen, true)::integer) over (partition by child_key order by day)
            as unseen_no
    from marked

)

select
    child_key, unit_code, school_code, day, is_unexplained, n_in_run, until_on, stale_on,
    on_roll_until_on, filed_by,
    row_number() over (partition by child_key, unseen_no order by day)::integer as n_unseen,
    min(day) over (partition by child_key, unseen_no) as unseen_since_on
from grouped
