-- Nine-year retention by cohort, person by person: of the children on a roll in grade 1 eight years
-- ago, less the dead and those who moved away, the share that is now in grade 9, has finished, or
-- is taught in an accepted placement. No row until rolls of eight years ago are there.
with

enrolments as (

    select * from {{ ref('int_spell_enrolments') }}

),

children as (

    select * from {{ ref('int_flag_children') }}

),

cohort as (

    select distinct child_key
    from enrolments
    where grade = 1 and {{ school_year('from_on') }} = {{ school_year(as_of()) }} - 8

)

select
    c.unit_code, c.school_code, b.breakdown, b.breakdown_value,
    'cohort_retention' as indicator,
    count(*) filter (
        where
        (c.is_enrolled and c.grade = 9)
        or c.status in ('finished', 'placement')
    ) as numerator,
    count(*) as denominator
from cohort as e
inner join children as c on e.child_key = c.child_key
cross join {{ break_down('c') }} as b
where c.status not in ('dead', 'moved_away') and b.breakdown not in ('stage', 'grade')
group by 1, 2, 3, 4
