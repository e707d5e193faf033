-- Indicators about children, as numerator and denominator by school and breakdown. Schools are
-- added up later.
with

verdicts as (

    -- Without anybody's word none is verified, and a rate of zero would be a claim.
    select count(*) > 0 as are_delivered from {{ ref('stg_ops__delivery') }}
    where feed in ('case_action', 'opening_case') and verdict = 'accepted'

),

broken_down as (

    select * from {{ ref('int_break_down_children') }}
    where breakdown <> 'age_stage'

),

totals as (

    select
        unit_code, school_code, breakdown, breakdown_value,
        sum(n_children) as n_all,
        coalesce(sum(n_children) filter (where is_in_base), 0) as n_base,
        coalesce(sum(n_children) filter (where is_in_base and not is_open), 0) as n_accounted,
        coalesce(sum(n_children) filter (where is_open), 0) as n_open,
        coalesce(sum(n_children) filter (where status in ('in_school', 'excused')), 0)
            as n_in_school,
        coalesce(sum(n_children) filter (where status = 'placement'), 0) as n_placed,
        coalesce(sum(n_children) filter (where status = 'unconfirmed'), 0) as n_unconfirmed,
        coalesce(
            sum(n_children) filter (
                where status in ('absent_3', 'absent_5', 'absent_20', 'never_present')
            ), 0
        ) as n_absent_3_or_more,
        coalesce(sum(n_children) filter (where status = 'absent_5'), 0) as n_suspected,
        coalesce(sum(n_children) filter (where status = 'absent_20'), 0) as n_dropout,
        coalesce(sum(n_children) filter (where status = 'never_present'), 0) as n_never_present,
        coalesce(sum(n_children) filter (where status = 'not_arrived'), 0) as n_not_arrived,
        coalesce(sum(n_children) filter (where status = 'not_found'), 0) as n_not_found,
        coalesce(sum(n_children) filter (where status = 'never_enrolled'), 0) as n_never_enrolled
    from broken_down
    group by 1, 2, 3, 4

)

select
    t.unit_code, t.school_code, t.breakdown, t.breakdown_value,
    m.indicator, m.numerator::bigint as numerator, m.denominator::bigint as denominator
from totals as t
cross join verdicts as v
cross join
    lateral (
        values
        ('children', t.n_base, null),
        ('accounted_share', t.n_accounted, t.n_base),
        ('in_school', t.n_in_school, null),
        ('placed', t.n_placed, null),
        ('open', t.n_open, null),
        ('unconfirmed', t.n_unconfirmed, null),
        ('absent_3_or_more', t.n_absent_3_or_more, null),
        ('suspected_dropout', t.n_suspected, null),
        ('dropout', t.n_dropout, null),
        ('never_present', t.n_never_present, null),
        ('not_arrived', t.n_not_arrived, null),
        ('not_found', t.n_not_found, null),
        ('never_enrolled', t.n_never_enrolled, null),
        ('never_enrolled_rate', t.n_never_enrolled, t.n_base),
        ('children_with_status', t.n_all, null)
    ) as m (indicator, numerator, denominator)
where
    (t.breakdown = 'status') = (m.indicator = 'children_with_status')
    and (m.indicator <> 'never_enrolled_rate' or v.are_delivered)
