-- Indicators about the ledger, as numerator and denominator by school and breakdown. A unit without
-- a case has a row that says 0: the ledger is its input, and it is there.
with

cases as (

    select
        c.*,
        coalesce(r.n_returned, 0) as n_returned,
        coalesce(r.n_pursued, 0) as n_pursued
    from {{ ref('int_group_cases') }} as c
    left join {{ ref('int_count_case_returns') }} as r
        on c.child_key = r.child_key
            and c.case_no = {{ case_number('r.child_key', 'r.case_year') }}

),

units as (

    select * from {{ ref('seed_unit') }}

),

broken_down as (

    select c.*, b.breakdown, b.breakdown_value
    from cases as c
    cross join {{ break_down('c', also=['case_state', 'case_category', 'days_open']) }} as b

),

totals as (

    select
        unit_code, school_code, breakdown, breakdown_value,
        count(*) filter (where is_open) as n_open,
        count(*) filter (where is_open and is_overdue) as n_overdue,
        count(*) filter (where is_reported_on_time) as n_reported_on_time,
        count(is_reported_on_time) as n_to_report,
        count(*) filter (where is_verified_on_time) as n_verified_on_time,
        count(is_verified_on_time) as n_to_verify,
        coalesce(sum(days_to_verify), 0) as days_to_verify,
        count(days_to_verify) as n_verified,
        coalesce(sum(days_to_return) filter (where category in ('dropout', 'never_enrolled')), 0)
            as days_to_return,
        count(*) filter (
            where category in ('dropout', 'never_enrolled') and returned_on is not null
        ) as n_back,
        sum(n_returned) as n_returned,
        sum(n_pursued) as n_pursued
    from broken_down
    group by 1, 2, 3, 4
    union all
    select unit_code, null, 'all', 'all', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from units
    where
        unit_code not in (
            select c.unit_code from cases as c
            where c.school_code is null
        )

)

select
    t.unit_code, t.school_code, t.breakdown, t.breakdown_value,
    m.indicator, m.numerator::bigint as numerator, m.denominator::bigint as denominator
from totals as t
cross join
    lateral (
        values
        ('cases_open', t.n_open, null),
        ('cases_overdue', t.n_overdue, null),
        ('report_on_time_share', t.n_reported_on_time, t.n_to_report),
        ('verify_on_time_share', t.n_verified_on_time, t.n_to_verify),
        ('days_to_verify', t.days_to_verify, t.n_verified),
        ('days_to_return', t.days_to_return, t.n_back),
        ('return_share', t.n_returned, t.n_pursued)
    ) as m (indicator, numerator, denominator)
where
    t.breakdown not in ('case_state', 'case_category', 'days_open')
    or m.indicator = 'cases_open'
