-- What becomes of last year's seats when a school year begins: finished, or awaited on a roll of
-- the new year. Nobody is in school by last year's roll. Grade 9 is finished once its seat ends
-- after the last day of school, or by a registered completion in summer; unless the child, on a
-- second roll, is in a lower grade. Others who leave the roll in summer are awaited too.
with

last_seats as (

    select * from {{ ref('int_list_last_seats') }}

),

enrolments as not materialized (

    select * from {{ ref('int_spell_enrolments') }}

),

roll as (

    select * from {{ ref('stg_school__roll') }}

),

graduates as (

    select h.* from last_seats as h
    where
        h.grade = 9
        and not exists (
            select 1 from enrolments as e
            where
                e.child_key = h.child_key and e.pupil_key <> h.pupil_key and e.grade < 9
                and e.from_on < h.to_on
                and e.to_on >= make_date(extract(year from h.to_on)::integer, 6, 1)
        )

),

outdated as (

    select
        h.child_key, h.unit_code, h.school_code, h.filed_by, h.to_on as from_on,
        max(r.valid_to) as to_on
    from last_seats as h
    inner join roll as r
        on h.pupil_key = r.pupil_key and h.school_code = r.school_code
            and h.to_on > r.valid_from and h.to_on < r.valid_to
    where h.to_on = h.year_to_on
    group by h.child_key, h.unit_code, h.school_code, h.filed_by, h.to_on

),

awaited as (

    select
        h.child_key, h.unit_code, h.school_code, h.filed_by, h.to_on, h.year_to_on,
        coalesce(min(e.from_on), 'infinity') as seated_on
    from last_seats as h
    left join enrolments as e on h.child_key = e.child_key and h.to_on <= e.from_on
    where h.grade < 9
    group by h.child_key, h.unit_code, h.school_code, h.filed_by, h.to_on, h.year_to_on

),

claims as (

    select
        child_key,
        case when is_seen then 'finished' else 'finish_not_seen' end as rule,
        to_on as from_on, date 'infinity' as to_on, unit_code, school_code, filed_by
    from graduates
    union all
    select
        child_key, 'new_roll_not_delivered', from_on, to_on, unit_code, school_code, filed_by
    from outdated
    union all
    -- Off the roll in summer: no roll of the new year can have it yet.
    select
        child_key, 'new_roll_not_delivered', to_on, least(year_to_on, seated_on), unit_code,
        school_code, filed_by
    from awaited
    where to_on < least(year_to_on, seated_on)
    union all
    select
        child_key, 'not_on_new_roll', year_to_on, seated_on, unit_code, school_code, filed_by
    from awaited
    where year_to_on < seated_on

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
