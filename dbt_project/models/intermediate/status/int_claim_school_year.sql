-- What becomes of last year's seats when a school year begins: finished, or awaited on a roll of
-- the new year. Nobody is in school by last year's roll. Grade 9 is finished once its seat ends
-- after the last day of school, or by a registered completion in summer.
with

years as (

    select * from {{ ref('int_date_school_years') }}

),

enrolments as not materialized (

    select * from {{ ref('int_spell_enrolments') }}

),

presence as (

    select * from {{ ref('int_spell_presence') }}

),

roll as (

    select * from {{ ref('stg_school__roll') }}

),

summers as (

    select * from {{ ref('int_date_summers') }}

),

limits as (

    select {{ threshold('absence_suspected') }}::integer as suspected

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
    -- A unit takes its graduates off the roll in summer, or registers that they have finished.
    select
        e.child_key, e.pupil_key, e.unit_code, e.school_code, e.grade, e.filed_by, e.to_on,
        y.to_on as year_to_on
    from enrolments as e
    inner join years as y
        on e.unit_code = y.unit_code and e.to_on > y.from_on and e.to_on < y.to_on
    left join summers as s on y.unit_code = s.unit_code and y.school_year = s.school_year
    left join completions as c on e.pupil_key = c.pupil_key and y.school_year = c.school_year
    where
        e.grade = 9
        and (
            s.last_on < e.to_on
            or (c.pupil_key is not null and e.to_on >= make_date(y.school_year + 1, 6, 1))
        )

),

held as (

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

),

outdated as (

    select
        h.child_key, h.unit_code, h.school_code, h.filed_by, h.to_on as from_on,
        max(r.valid_to) as to_on
    from held as h
    inner join roll as r
        on h.pupil_key = r.pupil_key and h.school_code = r.school_code
            and h.to_on > r.valid_from and h.to_on < r.valid_to
    where h.to_on = h.year_to_on
    group by h.child_key, h.unit_code, h.school_code, h.filed_by, h.to_on

),

awaited as (

    select
        h.child_key, h.unit_code, h.school_code, h.filed_by, h.to_on as from_on,
        coalesce(min(e.from_on), 'infinity') as to_on
    from held as h
    left join enrolments as e on h.child_key = e.child_key and h.to_on <= e.from_on
    where h.grade < 9
    group by h.child_key, h.unit_code, h.school_code, h.filed_by, h.to_on

),

claims as (

    select
        child_key, 'finished' as rule, to_on as from_on, date 'infinity' as to_on, unit_code,
        school_code, filed_by
    from held
    where grade = 9 and is_seen
    union all
    select
        child_key, 'finish_not_seen', to_on, date 'infinity', unit_code, school_code, filed_by
    from held
    where grade = 9 and not is_seen
    union all
    select
        child_key, 'new_roll_not_delivered', from_on, to_on, unit_code, school_code, filed_by
    from outdated
    union all
    select child_key, 'not_on_new_roll', from_on, to_on, unit_code, school_code, filed_by
    from awaited
    where from_on < to_on

)

select
    child_key,
    rule,
    from_on,
    to_on,
    unit_code,
    school_code,
    0 as days_absent,
    'roll:' || filed_by as evidence
from claims
