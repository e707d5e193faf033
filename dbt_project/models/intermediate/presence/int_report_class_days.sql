{{
    config(indexes=[{'columns': ['school_code', 'grade', 'class_no', 'day'], 'unique': true}])
}}

-- Which class reported on which school day. A sound return that leaves somebody out is short, and
-- the class stays short until it is full by a count that pupils without a seat cannot make up: else
-- one of them would stand for the child left out.
with

returns as (

    select *, is_sound and not is_full as is_left_out
    from {{ ref('int_weigh_class_counts') }}

),

remembered as (

    select
        *,
        max(day) filter (where is_left_out) over in_year as left_out_on,
        max(day) filter (where is_full and is_beyond_doubt) over in_year as cleared_on
    from returns
    window in_year as (
        partition by school_code, grade, class_no, school_year order by day
    )

),

told as (

    select
        *,
        is_full and coalesce(left_out_on <= cleared_on, left_out_on is null) as is_reported
    from remembered

)

select
    unit_code, school_code, grade, class_no, day, stage, school_year, day_no, stale_on,
    short_stale_on, filed_by, is_beyond_newcomers, is_reported,
    is_sound and not is_reported as is_short,
    sum(is_reported::integer) over through_day as n_reported,
    min(day) filter (where is_reported) over after_day as next_reported_on
from told
window
    through_day as (partition by school_code, grade, class_no order by day),
    after_day as (
        partition by school_code, grade, class_no order by day desc
        rows between unbounded preceding and 1 preceding
    )
