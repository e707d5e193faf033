{{ config(indexes=[{'columns': ['school_code', 'grade', 'class_no']}]) }}

-- A class's time in four states: no report yet, reported, silent, short. It falls silent on the
-- school day on which its last report is more than the allowed number of school days old, and
-- speaks again with its next report. Reports that leave somebody out let the last full one hold
-- longer, until the weekly roll must have shown who left; then the class is short.
with

class_days as (

    select
        *,
        max(short_stale_on) filter (where is_reported) over (
            partition by school_code, grade, class_no, school_year order by day
        ) as full_until_on
    from {{ ref('int_report_class_days') }}
    where is_reported or is_short

),

believed as (

    select
        *,
        case when is_reported then stale_on else least(stale_on, full_until_on) end as until_on
    from class_days
    where is_reported or full_until_on > day

),

marked as (

    -- A school year is its own spell: in September another cohort sits in the same class.
    select
        *,
        lag(until_on) over by_class as previous_until_on,
        school_year <> lag(school_year) over by_class as is_new_year
    from believed
    window by_class as (partition by school_code, grade, class_no order by day)

),

numbered as (

    select
        *,
        sum((previous_until_on is null or previous_until_on < day or is_new_year)::integer)
            over (partition by school_code, grade, class_no order by day) as spell_no
    from marked

),

spells as (

    -- A short report lengthens a spell and begins none.
    select
        school_code, grade, class_no, spell_no,
        min(day) filter (where is_reported) as first_on,
        max(until_on) as until_on,
        max(filed_by) as filed_by
    from numbered
    group by school_code, grade, class_no, spell_no
    having bool_or(is_reported)

),

followed as (

    select
        *,
        lead(first_on, 1, 'infinity') over (
            partition by school_code, grade, class_no order by first_on
        ) as next_on
    from spells

),

gaps as (

    select
        c.school_code, c.grade, c.class_no, 'no_report' as state, date '-infinity' as from_on,
        coalesce(min(c.day) filter (where c.is_reported), 'infinity') as to_on
    from class_days as c
    group by c.school_code, c.grade, c.class_no
    union all
    select school_code, grade, class_no, 'silent', until_on, next_on
    from followed
    where until_on < next_on

)

select
    school_code, grade, class_no, 'reported' as state, first_on as from_on,
    least(until_on, next_on) as to_on, filed_by
from followed
union all
select
    g.school_code, g.grade, g.class_no,
    case when count(c.day) > 0 then 'short' else g.state end,
    g.from_on, g.to_on, max(c.filed_by)
from gaps as g
left join class_days as c
    on g.school_code = c.school_code and g.grade = c.grade and g.class_no = c.class_no
        and c.is_short and g.from_on <= c.day and g.to_on > c.day
group by g.school_code, g.grade, g.class_no, g.state, g.from_on, g.to_on
