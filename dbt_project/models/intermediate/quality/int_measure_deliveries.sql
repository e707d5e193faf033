-- Deliveries due by the published moment, by the unit that owes them and by its zone; those of no
-- unit are the municipality's. A delivery is of a sender: it has neither sex, stage nor grade.
with

deliveries as (

    select * from {{ ref('fct_delivery_quality') }}
    where is_expected and part = 'whole' and state <> 'too_early'

),

units as (

    select * from {{ ref('seed_unit') }}

),

totals as (

    select
        coalesce(unit_code, '500000') as unit_code,
        count(*) as n_due,
        count(*) filter (where state = 'on_time') as n_on_time,
        count(*) filter (where state = 'late') as n_late,
        count(*) filter (where state = 'refused') as n_refused,
        count(*) filter (where state in ('missing', 'overdue')) as n_missing
    from deliveries
    group by 1

)

select
    t.unit_code, null::text as school_code, b.breakdown, b.breakdown_value,
    m.indicator, m.numerator, m.denominator
from totals as t
left join units as u on t.unit_code = u.unit_code
cross join lateral (values ('all', 'all'), ('zone', u.zone)) as b (breakdown, breakdown_value)
cross join
    lateral (
        values
        ('deliveries_due', t.n_due, null),
        ('deliveries_on_time_share', t.n_on_time, t.n_due),
        ('deliveries_late', t.n_late, null),
        ('deliveries_refused', t.n_refused, null),
        ('deliveries_missing', t.n_missing, null)
    ) as m (indicator, numerator, denominator)
where b.breakdown_value is not null
