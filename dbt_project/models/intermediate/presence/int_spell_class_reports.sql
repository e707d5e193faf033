{{ config(indexes=[{'columns': ['school_code', 'grade', 'class_no']}]) }}

-- A class's time in three states: no report yet, reported, silent. It falls silent on the school
-- day on which its last report is more than the allowed number of school days old, and speaks again
-- with its next report.
with

class_days as (

    select * from {{ ref('int_report_class_days') }}
    where is_reported

),

marked as (

    -- A school year is its own spell: in September another cohort sits in the same class.
    select
        *,
        lag(stale_on) over by_class as previous_stale_on,
        extract(year from day - interval '8 months')
        <> lag(extract(year from day - interval '8 months')) over by_class as is_new_year
    from class_days
    window by_class as (partition by school_code, grade, class_no order by day)

),

numbered as (

    select
        *,
        sum((previous_stale_on is null or previous_stale_on < day or is_new_year)::integer)
            over (partition by school_code, grade, class_no order by day) as spell_no
    from marked

),

spells as (

    select
        school_code, grade, class_no, spell_no,
        min(day) as first_on,
        max(stale_on) as stale_on,
        max(filed_by) as filed_by
    from numbered
    group by school_code, grade, class_no, spell_no

),

followed as (

    select
        *,
        lead(first_on, 1, 'infinity') over (
            partition by school_code, grade, class_no order by first_on
        ) as next_on
    from spells

)

select
    school_code, grade, class_no, 'no_report' as state, date '-infinity' as from_on,
    first_on as to_on, null::bigint as filed_by
from followed
where spell_no = 1
union all
select school_code, grade, class_no, 'reported', first_on, least(stale_on, next_on), filed_by
from followed
union all
select school_code, grade, class_no, 'silent', stale_on, next_on, filed_by
from followed
where stale_on < next_on
