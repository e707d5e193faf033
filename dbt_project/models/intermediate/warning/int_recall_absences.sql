-- What a child's absences so far say, as measures of the early warning. School days are those of
-- the unit; the run that goes on is in absent_run, and what came before it in the others too.
with

absences as (

    select * from {{ ref('int_count_absence_runs') }}

),

unit_days as (

    select unit_code, day, school_day_no from {{ ref('int_list_unit_days') }}

),

today as (

    select unit_code, school_day_no from unit_days
    where day = {{ as_of() }}

),

dated as (

    select
        a.child_key, a.day, a.absence_kind, a.is_unexplained, a.n_in_run, a.run_started_on,
        a.until_on,
        t.school_day_no - d.school_day_no as n_days_ago,
        extract(isodow from a.day) in (1, 5) as is_edge_of_week
    from absences as a
    inner join unit_days as d on a.unit_code = d.unit_code and a.day = d.day
    inner join today as t on a.unit_code = t.unit_code
    where t.school_day_no - d.school_day_no < 60

),

counted as (

    select
        child_key,
        max(n_in_run) filter (where is_unexplained and until_on > {{ as_of() }}) as absent_run,
        count(*) filter (where is_unexplained and n_days_ago < 20) as absent_days,
        count(distinct run_started_on) filter (where is_unexplained) as absent_spells,
        count(*) filter (where is_unexplained and n_days_ago < 10) as absent_lately,
        count(*) filter (where is_unexplained and n_days_ago between 10 and 19) as absent_before,
        count(*) filter (where is_unexplained and is_edge_of_week) as absent_edges,
        count(*) filter (where is_unexplained) as absent_all,
        count(*) filter (where absence_kind = 'sick' and n_days_ago < 20) as sick_days
    from dated
    group by child_key

)

select c.child_key, m.measure, m.n::integer as n
from counted as c
cross join
    lateral (
        values
        ('absent_run', c.absent_run),
        ('absent_days', c.absent_days),
        ('absent_spells', c.absent_spells),
        (
            'absent_rising',
            case when c.absent_lately > c.absent_before then c.absent_lately end
        ),
        ('absent_edges', case when 2 * c.absent_edges > c.absent_all then c.absent_edges end),
        ('sick_days', c.sick_days)
    ) as m (measure, n)
where m.n > 0
