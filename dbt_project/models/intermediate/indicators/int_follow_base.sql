-- The rows of the statistical base that follow a class through a course, one for each year: the
-- class that ended a stage last school year, and the one that began nine years ago. The base names
-- schools; their unit is known from the units' own lists of schools. One that closed before the
-- first list came is on none: its row stays, as the municipality's.
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

units as (

    select * from {{ ref('seed_unit') }}

),

courses as (

    select
        c.course, c.first_grade, c.last_grade, c.is_of_unit,
        {{ school_year(as_of()) }} + c.ahead - c.last_grade as grade_0_in
    from (
        values
        ('primary', 1, 6, false, -1),
        ('junior', 7, 9, false, -1),
        ('nine_years', 1, 8, true, -1)
    ) as c (course, first_grade, last_grade, is_of_unit, ahead)

)

select
    coalesce(s.unit_code, '500000') as unit_code,
    b.school_code,
    s.school_code is not null as is_listed,
    {{ urban_rural_of('s.urban_rural') }} as urban_rural,
    u.zone,
    c.course, c.is_of_unit,
    c.last_grade - c.first_grade + 1 as n_years,
    b.began_in, b.n_net,
    case when b.grade = c.first_grade then b.n_entrants else 0 end as n_entrants,
    case when b.grade = c.last_grade then b.n_graduates else 0 end as n_graduates
from base as b
inner join courses as c
    on b.grade between c.first_grade and c.last_grade and b.began_in = c.grade_0_in + b.grade
left join schools as s on b.school_code = s.school_code
left join units as u on s.unit_code = u.unit_code
