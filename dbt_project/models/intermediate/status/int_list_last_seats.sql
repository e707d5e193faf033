-- The seats with which a child's school year ends, and whether the child was seen to the end: those
-- held to the turn of the year, and those given up in summer, when school is out.
with

years as (

    select * from {{ ref('int_date_school_years') }}

),

enrolments as not materialized (

    -- Of millions of seats the few that have ended.
    select * from {{ ref('int_spell_enrolments') }}
    where to_on < 'infinity'

),

presence as (

    select * from {{ ref('int_spell_presence') }}
    where to_on < 'infinity'

),

summers as (

    select * from {{ ref('int_date_summers') }}

),

limits as (

    select {{ threshold('absence_suspected') }}::integer as suspected

),

leavings as (

    select * from {{ ref('int_spell_leavings') }}

),

completions as (

    -- finished early, finished without the paper
    select pupil_key, {{ school_year('changed_on') }} as school_year
    from {{ ref('stg_school__roll_change') }}
    where change_kind in ('61', '62') and extract(month from changed_on) between 6 and 8
    group by 1, 2

),

runs as (

    -- At the end of June a run is a suspected dropout, and nobody has seen the child since.
    select r.child_key, r.day, r.until_on
    from {{ ref('int_count_absence_runs') }} as r
    cross join limits as l
    where r.is_unexplained and r.n_in_run >= l.suspected

),

ended as (

    -- Seats held to the last day of the year.
    select
        e.child_key, e.pupil_key, e.unit_code, e.school_code, e.grade, e.filed_by, e.to_on,
        y.to_on as year_to_on
    from enrolments as e
    inner join years as y on e.unit_code = y.unit_code and e.to_on = y.to_on
    where y.to_on < 'infinity'
    union all
    -- A unit takes leavers off the roll in summer, or registers that they have finished. Of who has
    -- left otherwise the registered change says more.
    select
        e.child_key, e.pupil_key, e.unit_code, e.school_code, e.grade, e.filed_by, e.to_on,
        y.to_on as year_to_on
    from enrolments as e
    inner join years as y
        on e.unit_code = y.unit_code and e.to_on > y.from_on and e.to_on < y.to_on
    left join summers as s on y.unit_code = s.unit_code and y.school_year = s.school_year
    left join completions as c on e.pupil_key = c.pupil_key and y.school_year = c.school_year
    left join leavings as l on e.pupil_key = l.pupil_key and e.to_on = l.from_on
    where
        (s.last_on < e.to_on and (e.grade = 9 or l.pupil_key is null))
        or (
            e.grade = 9 and c.pupil_key is not null
            and e.to_on >= make_date(y.school_year + 1, 6, 1)
        )

)

-- Seen: the class reported up to then, and the child was not missing from it.
select
    e.child_key, e.pupil_key, e.unit_code, e.school_code, e.grade, e.filed_by, e.to_on,
    e.year_to_on,
    coalesce(bool_or(p.state = 'reported'), false) and count(r.child_key) = 0 as is_seen
from ended as e
left join presence as p
    on e.child_key = p.child_key and e.pupil_key = p.pupil_key and e.to_on = p.to_on
left join runs as r
    on e.child_key = r.child_key and e.to_on > r.day and e.to_on <= r.until_on
group by 1, 2, 3, 4, 5, 6, 7, 8
