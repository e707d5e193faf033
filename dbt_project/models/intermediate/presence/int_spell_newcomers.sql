-- Pupils whom a school may count before its roll seats them: from the registered transfer, or from
-- the roll before the one that first shows the seat. Nothing says in which of its classes; as
-- compulsory education knows no repeating, it is one of the grade that all rolls of the year name.
with

changes as (

    select * from {{ ref('stg_school__roll_change') }}
    where change_kind in ('21', '22') and to_school_code is not null

),

enrolments as not materialized (

    select * from {{ ref('int_spell_enrolments') }}

),

rolls as (

    select sender as unit_code, business_date from {{ ref('stg_ops__delivery') }}
    where feed = 'roll' and verdict = 'accepted'

),

registered as (

    select
        to_school_code as school_code,
        pupil_key,
        min(changed_on) as changed_on
    from changes
    group by to_school_code, pupil_key

),

transferred as (

    -- To the first seat there, or to one that any other roll shows since: it has gone on.
    select
        r.school_code,
        r.pupil_key,
        r.changed_on as from_on,
        coalesce(min(e.from_on), 'infinity') as to_on
    from registered as r
    left join enrolments as e
        on r.pupil_key = e.pupil_key
            and (
                (r.school_code = e.school_code and r.changed_on < e.to_on)
                or r.changed_on < e.from_on
            )
    group by r.school_code, r.pupil_key, r.changed_on

),

seated as (

    select
        e.school_code,
        e.pupil_key,
        max(r.business_date) as from_on,
        e.from_on as to_on
    from (
        select unit_code, school_code, pupil_key, min(from_on) as from_on from enrolments
        group by unit_code, school_code, pupil_key
    ) as e
    inner join rolls as r on e.unit_code = r.unit_code and e.from_on > r.business_date
    group by e.school_code, e.pupil_key, e.from_on

),

newcomers as (

    select * from transferred
    union all
    select * from seated

),

spelled as (

    select school_code, pupil_key, min(from_on) as from_on, to_on
    from newcomers
    where from_on < to_on
    group by school_code, pupil_key, to_on

),

graded as (

    select
        e.pupil_key,
        {{ school_year('e.from_on') }} as school_year,
        case when min(e.grade) = max(e.grade) then min(e.grade) end as grade
    from enrolments as e
    where e.pupil_key in (select s.pupil_key from spelled as s)
    group by 1, 2

)

select
    s.school_code,
    s.pupil_key,
    g.grade,
    s.from_on,
    s.to_on
from spelled as s
left join graded as g
    on s.pupil_key = g.pupil_key and g.school_year = {{ school_year('s.from_on') }}
