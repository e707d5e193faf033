-- Until when the present episode of a case, open or closed, had to be reported by the school and
-- verified by the unit. What the old ledger told began before anybody could keep a limit, and was
-- mostly verified there. A report is asked for what attendance found in a school, also if the
-- school spoke first; what was back at a desk, or closed, before its limit asks for nothing more,
-- nor for a unit's verification what the rule had made a dropout by then.
with

cases as (

    select * from {{ ref('int_describe_cases') }}

),

days as (

    select * from {{ ref('int_list_unit_days') }}

),

limits as (

    select
        max(due_days) filter (where step = 'report' and tier = 'school') as report_days,
        max(due_days) filter (where step = 'verify' and tier = 'unit') as verify_days
    from {{ ref('seed_case_rule') }}
    where in_force_from <= {{ as_of() }} and in_force_to > {{ as_of() }}

),

dated as (

    select
        c.child_key, c.case_year, c.closed_on, c.reported_on, c.verified_on, c.ruled_on,
        case when c.school_code is not null then report.day end as report_due_on,
        case when c.is_from_old_ledger is not true then verify.day end as verify_due_on
    from cases as c
    cross join limits as l
    inner join days as d on c.unit_code = d.unit_code and c.episode_from = d.day
    left join days as a on c.unit_code = a.unit_code and c.attendance_on = a.day
    left join days as report
        on a.unit_code = report.unit_code and report.is_school_day
            and a.school_day_no + l.report_days = report.school_day_no
    left join days as verify
        on d.unit_code = verify.unit_code and verify.is_school_day
            and d.school_day_no + l.verify_days = verify.school_day_no

)

select
    child_key,
    case_year,
    report_due_on,
    verify_due_on,
    case
        when reported_on is not null then reported_on <= report_due_on
        when closed_on is not null and closed_on <= report_due_on then null
        when report_due_on < {{ as_of() }} then false
    end as is_reported_on_time,
    case
        when verified_on <= verify_due_on then true
        when closed_on <= verify_due_on or ruled_on <= verify_due_on then null
        when verified_on > verify_due_on or verify_due_on < {{ as_of() }} then false
    end as is_verified_on_time
from dated
