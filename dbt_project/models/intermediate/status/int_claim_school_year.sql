-- What becomes of last year's seats when a school year begins: finished, or awaited on a roll of
-- the new year. Nobody is in school by last year's roll.
with

years as (

    select * from {{ ref('int_date_school_years') }}

),

enrolments as (

    select * from {{ ref('int_spell_enrolments') }}

),

presence as (

    select * from {{ ref('int_spell_presence') }}

),

roll as (

    select * from {{ ref('stg_school__roll') }}

),

held as (

    -- Seats held to the last day of the year; seen: the class reported up to then.
    select
        e.child_key, e.pupil_key, e.unit_code, e.school_code, e.grade, e.filed_by, e.to_on,
        coalesce(bool_or(p.state = 'reported'), false) as is_seen
    from enrolments as e
    inner join years as y on e.unit_code = y.unit_code and e.to_on = y.to_on
    left join presence as p
        on e.child_key = p.child_key and e.pupil_key = p.pupil_key and e.to_on = p.to_on
    where y.to_on < 'infinity'
    group by 1, 2, 3, 4, 5, 6, 7

),

outdated as (

    select
        h.child_key, h.unit_code, h.school_code, h.filed_by, h.to_on as from_on,
        max(r.valid_to) as to_on
    from held as h
    inner join roll as r
        on h.pupil_key = r.pupil_key and h.school_code = r.school_code
            and h.to_on > r.valid_from and h.to_on < r.valid_to
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
