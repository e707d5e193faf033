-- Payments of the school year by school: persons (人) apart from payments (人次), which are never
-- added to them. A pupil paid in two schools is counted where the last payment was made, so that
-- persons add up over schools.
with

payments as (

    select * from {{ ref('fct_aid_payment') }}
    where
        extract(year from paid_on - interval '8 months')
        = extract(year from {{ as_of() }} - interval '8 months')

),

paid as (

    select
        *,
        row_number() over (
            partition by pupil_key order by paid_on desc, unit_code, payment_no
        ) = 1 as is_last
    from payments

),

totals as (

    select
        unit_code, school_code,
        count(*) filter (where is_last) as n_pupils,
        count(*) as n_payments,
        sum(amount_fen) as amount_fen
    from paid
    group by unit_code, school_code

)

select
    t.unit_code, t.school_code, 'all' as breakdown, 'all' as breakdown_value,
    m.indicator, m.numerator::bigint as numerator, null::bigint as denominator
from totals as t
cross join lateral (
    values
    ('aided_pupils', t.n_pupils),
    ('aid_payments', t.n_payments),
    ('aid_amount_fen', t.amount_fen)
) as m (indicator, numerator)
