-- Enrolment rates, as numerator and denominator by school and breakdown. By stage, net enrolment
-- counts a child in the stage of its age; gross enrolment sets the pupils of a stage against the
-- children of its age. A rate by grade would have only the enrolled below the line.
with

broken_down as (

    select
        *,
        case breakdown when 'age_stage' then 'stage' else breakdown end as told_as,
        breakdown not in ('stage', 'grade') as is_by_age,
        breakdown not in ('age_stage', 'grade') as is_by_grade
    from {{ ref('int_break_down_children') }}
    where breakdown <> 'status'

),

totals as (

    select
        unit_code, school_code, told_as, breakdown_value,
        sum(n_children) filter (where is_by_age and is_of_age) as n_of_age,
        sum(n_children) filter (where is_by_age and is_of_age and is_at_level) as n_at_level,
        sum(n_children) filter (where is_by_grade and is_enrolled) as n_enrolled,
        sum(n_children) filter (where is_by_age and is_of_age and is_disabled) as n_disabled,
        sum(n_children) filter (
            where is_by_age and is_of_age and is_disabled and is_disabled_enrolled
        ) as n_disabled_enrolled,
        sum(n_children) filter (where is_by_age and is_of_age and is_disabled_of_three) as n_three,
        sum(n_children) filter (
            where is_by_age and is_of_age and is_disabled_of_three and is_disabled_enrolled
        ) as n_three_enrolled,
        sum(n_children) filter (where breakdown <> 'age_stage' and is_migrant_pupil) as n_migrant,
        sum(n_children) filter (
            where breakdown <> 'age_stage' and is_migrant_pupil and is_in_public_place
        ) as n_migrant_public
    from broken_down
    group by 1, 2, 3, 4

)

select
    t.unit_code, t.school_code, t.told_as as breakdown, t.breakdown_value,
    m.indicator,
    coalesce(m.numerator, 0)::bigint as numerator,
    coalesce(m.denominator, 0)::bigint as denominator
from totals as t
cross join
    lateral (
        values
        ('net_enrolment', t.n_at_level, t.n_of_age),
        ('gross_enrolment', t.n_enrolled, t.n_of_age),
        ('disabled_enrolment', t.n_disabled_enrolled, t.n_disabled),
        ('disabled_three_enrolment', t.n_three_enrolled, t.n_three),
        ('migrant_public_share', t.n_migrant_public, t.n_migrant)
    ) as m (indicator, numerator, denominator)
where m.numerator > 0 or m.denominator > 0
