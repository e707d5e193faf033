{{ config(materialized='view') }}

-- Each unit at a glance.
with

indicators as (

    select * from {{ ref('fct_indicator') }}
    where tier = 'unit' and breakdown = 'all'

),

units as (

    select * from {{ ref('dim_unit') }}

)

select
    i.as_of,
    i.unit_code,
    u.unit_name,
    max(i.numerator) filter (where i.indicator = 'children') as n_children,
    max(i.numerator) filter (where i.indicator = 'in_school') as n_in_school,
    max(i.numerator) filter (where i.indicator = 'placed') as n_placed,
    max(i.numerator) filter (where i.indicator = 'open') as n_open,
    max(i.numerator) filter (where i.indicator = 'unconfirmed') as n_unconfirmed,
    max(i.numerator) filter (where i.indicator = 'absent_3_or_more') as n_absent_3_or_more,
    max(i.numerator) filter (where i.indicator = 'suspected_dropout') as n_suspected_dropout,
    max(i.numerator) filter (where i.indicator = 'dropout') as n_dropout,
    max(i.numerator) filter (where i.indicator = 'not_found') as n_not_found,
    max(i.numerator) filter (where i.indicator = 'never_enrolled') as n_never_enrolled,
    max(i.numerator) filter (where i.indicator = 'cases_open') as n_cases_open,
    max(i.numerator) filter (where i.indicator = 'cases_overdue') as n_cases_overdue,
    (max(i.value) filter (where i.indicator = 'report_on_time_share'))::numeric(20, 6)
        as report_on_time_share,
    (max(i.value) filter (where i.indicator = 'verify_on_time_share'))::numeric(20, 6)
        as verify_on_time_share,
    (max(i.value) filter (where i.indicator = 'days_to_verify'))::numeric(20, 6)
        as mean_days_to_verify,
    (max(i.value) filter (where i.indicator = 'days_to_return'))::numeric(20, 6)
        as mean_days_to_return,
    (max(i.value) filter (where i.indicator = 'return_share'))::numeric(20, 6) as return_share,
    max(i.numerator) filter (where i.indicator = 'aided_pupils') as n_aided_pupils,
    max(i.numerator) filter (where i.indicator = 'aid_payments') as n_aid_payments,
    max(i.numerator) filter (where i.indicator = 'aid_amount_fen') as aid_amount_fen,
    (max(i.value) filter (where i.indicator = 'accounted_share'))::numeric(20, 6)
        as accounted_share,
    max(i.numerator) filter (where i.indicator = 'deliveries_due') as n_deliveries_due,
    max(i.numerator) filter (where i.indicator = 'deliveries_late') as n_deliveries_late,
    max(i.numerator) filter (where i.indicator = 'deliveries_refused') as n_deliveries_refused,
    max(i.numerator) filter (where i.indicator = 'deliveries_missing') as n_deliveries_missing,
    (max(i.value) filter (where i.indicator = 'deliveries_on_time_share'))::numeric(20, 6)
        as deliveries_on_time_share
from indicators as i
left join units as u on i.unit_code = u.unit_code
group by i.as_of, i.unit_code, u.unit_name
