{{ config(materialized='table') }}

-- Since when the paper of a suspension says nothing any more, because the child has come back, has
-- left, or sits in another school. Nor does it say anything while the child, once on the roll, is
-- on it no longer; at the turn of a year that shows with the unit's first roll.
with

papers as (

    select * from {{ ref('int_list_suspensions') }}

),

changes as (

    select * from {{ ref('stg_school__roll_change') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

enrolments as not materialized (

    select * from {{ ref('int_spell_enrolments') }}

),

years as (

    select * from {{ ref('int_date_school_years') }}

),

words as (

    -- Registered returns, in whatever school and under whatever number, and leavings.
    select
        p.child_key, c.changed_on, c.from_school_code as left_school_code,
        c.change_kind in ('08', '12', '17', '22') as is_return
    from changes as c
    inner join pupils as p on c.pupil_key = p.pupil_key
    where
        c.change_kind in (
            '08', '12', '17', '22', '21', '13', '18', '31', '42', '61', '62', '63'
        )
        and p.child_key in (select s.child_key from papers as s)

),

seats as (

    select
        e.child_key, e.school_code, e.from_on,
        greatest(e.to_on, n.roll_on) as to_on
    from enrolments as e
    left join years as y on e.unit_code = y.unit_code and e.to_on = y.to_on
    left join years as n on y.unit_code = n.unit_code and y.school_year + 1 = n.school_year
    where e.child_key in (select s.child_key from papers as s)

),

ended as (

    select
        s.child_key, s.rule, s.unit_code, s.school_code, s.from_on, s.over_on, s.evidence,
        s.is_deferral,
        min(w.changed_on) as answered_on,
        min(e.from_on) filter (
            where e.from_on > s.from_on and e.school_code <> s.school_code
        ) as moved_on,
        range_agg(daterange(e.from_on, e.to_on)) filter (
            where e.to_on > s.from_on and coalesce(e.school_code = s.school_code, true)
        ) as on_roll
    from papers as s
    left join words as w
        on s.child_key = w.child_key and s.from_on < w.changed_on
            and (w.is_return or s.school_code = w.left_school_code)
    left join seats as e on s.child_key = e.child_key
    group by
        s.child_key, s.rule, s.unit_code, s.school_code, s.from_on, s.over_on, s.evidence,
        s.is_deferral

)

select
    child_key, rule, unit_code, school_code, from_on, over_on, evidence, is_deferral,
    coalesce(least(answered_on, moved_on), 'infinity') as ended_on,
    lower(on_roll) as seated_on,
    case
        when on_roll is null then '{}'
        else datemultirange(daterange(lower(on_roll), 'infinity')) - on_roll
    end as off_roll
from ended
