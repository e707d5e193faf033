-- Retention by headcount (巩固率), with the official correction for migration: entrants, and transfers
-- in less transfers out of the same pupils in each later year. By stage and school: the graduates
-- of last school year. Over nine years, by unit, since nobody is nine years in one school: the
-- pupils of grade 9 at the start of this school year. What lacks a year of its base has no row.
with

base as (

    select
        *,
        left(school_year, 4)::integer as began_in,
        n_transferred_in - n_transferred_out as n_net
    from {{ ref('stg_school__school_base') }}
    where is_current

),

schools as (

    select * from {{ ref('dim_school') }}

),

starters as (

    select unit_code, sum(n_children) as n_pupils
    from {{ ref('int_count_starters') }}
    where grade = 9
    group by 1

),

courses as (

    -- The class that ended a course last school year, and the one that began nine years ago.
    select
        c.stage, c.first_grade, c.last_grade, c.is_of_unit,
        {{ school_year(as_of()) }} + c.ahead - c.last_grade as grade_0_in
    from (
        values
        ('primary', 1, 6, false, -1),
        ('junior', 7, 9, false, -1),
        ('nine_years', 1, 8, true, -1)
    ) as c (stage, first_grade, last_grade, is_of_unit, ahead)

),

followed as (

    -- The row of each year in which the class was in a grade of the course.
    select
        s.unit_code, b.school_code, c.stage, c.is_of_unit,
        c.last_grade - c.first_grade + 1 as n_years,
        b.began_in, b.n_net,
        case when b.grade = c.first_grade then b.n_entrants else 0 end as n_entrants,
        case when b.grade = c.last_grade then b.n_graduates else 0 end as n_graduates
    from base as b
    inner join courses as c
        on b.grade between c.first_grade and c.last_grade and b.began_in = c.grade_0_in + b.grade
    inner join schools as s on b.school_code = s.school_code

),

by_school as (

    select
        unit_code, school_code, stage,
        sum(n_graduates) as numerator, sum(n_entrants) + sum(n_net) as denominator
    from followed
    where not is_of_unit
    group by 1, 2, 3, n_years
    having count(distinct began_in) = n_years and sum(n_entrants) > 0

),

by_unit as (

    select f.unit_code, p.n_pupils as numerator, sum(f.n_entrants) + sum(f.n_net) as denominator
    from followed as f
    inner join starters as p on f.unit_code = p.unit_code
    where f.is_of_unit
    group by 1, 2, f.n_years
    having count(distinct f.began_in) = f.n_years and sum(f.n_entrants) > 0

)

select
    s.unit_code, s.school_code, b.breakdown, b.breakdown_value, 'stage_retention' as indicator,
    sum(s.numerator)::bigint as numerator, sum(s.denominator)::bigint as denominator
from by_school as s
cross join
    lateral (
        values ('all', 'all'), ('stage', s.stage)
    ) as b (breakdown, breakdown_value)
group by 1, 2, 3, 4
union all
select
    unit_code, null, 'all', 'all', 'nine_year_retention', numerator::bigint, denominator::bigint
from by_unit
