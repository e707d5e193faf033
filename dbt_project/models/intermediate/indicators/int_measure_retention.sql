-- Retention by headcount (巩固率), with the official correction for migration: entrants, and transfers
-- in less transfers out of the same pupils in each later year. By stage and school: the graduates
-- of last school year. Over nine years, by unit, since nobody is nine years in one school: the
-- pupils of grade 9 at the start of this school year. What lacks a year of its base has no row.
-- With pupils in its base whose school no unit ever listed no unit's nine years are known, for any
-- may lack them; the municipality's are, and stand as its own row.
with

followed as (

    select * from {{ ref('int_follow_base') }}

),

units as (

    select * from {{ ref('seed_unit') }}

),

missing as (

    select unit_code from {{ ref('int_list_missing_figures') }}
    where indicator = 'nine_year_retention'

),

starters as (

    select unit_code, sum(n_children) as n_pupils
    from {{ ref('int_count_starters') }}
    where grade = 9
    group by 1

),

by_school as (

    select
        unit_code, school_code, course as stage, urban_rural, zone,
        sum(n_graduates) as numerator, sum(n_entrants) + sum(n_net) as denominator
    from followed
    where not is_of_unit
    group by 1, 2, 3, 4, 5, n_years
    having count(distinct began_in) = n_years and sum(n_entrants) > 0

),

by_unit as (

    select
        unit_code,
        bool_or(is_listed) as is_unit,
        count(distinct began_in) = n_years and sum(n_entrants) > 0 as is_complete,
        sum(n_entrants) + sum(n_net) as denominator
    from followed
    where is_of_unit
    group by unit_code, n_years

),

over_nine_years as (

    select b.unit_code, u.zone, s.n_pupils as numerator, b.denominator
    from by_unit as b
    inner join starters as s on b.unit_code = s.unit_code
    left join units as u on b.unit_code = u.unit_code
    where b.is_complete and b.unit_code not in (select m.unit_code from missing as m)
    union all
    -- Only whole: a unit that lacks a year would have its pupils above the line alone.
    select '500000', null, (select sum(s.n_pupils) from starters as s), sum(b.denominator)
    from by_unit as b
    having bool_or(not b.is_unit) and bool_and(b.is_complete) filter (where b.is_unit)
        and (select count(*) from missing) > 0
        and not exists (
            select 1 from starters as s
            where s.unit_code not in (
                    select c.unit_code from by_unit as c
                    where c.is_complete or not c.is_unit
                )
        )

)

select
    s.unit_code, s.school_code, b.breakdown, b.breakdown_value, 'stage_retention' as indicator,
    sum(s.numerator)::bigint as numerator, sum(s.denominator)::bigint as denominator
from by_school as s
cross join
    lateral (
        values
        ('all', 'all'), ('stage', s.stage), ('urban_rural', s.urban_rural), ('zone', s.zone)
    ) as b (breakdown, breakdown_value)
where b.breakdown_value is not null
group by 1, 2, 3, 4
union all
select
    n.unit_code, null, b.breakdown, b.breakdown_value, 'nine_year_retention',
    n.numerator::bigint, n.denominator::bigint
from over_nine_years as n
cross join lateral (values ('all', 'all'), ('zone', n.zone)) as b (breakdown, breakdown_value)
where b.breakdown_value is not null
