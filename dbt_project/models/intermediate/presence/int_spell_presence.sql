{{ config(indexes=[{'columns': ['child_key']}]) }}

-- Each seat cut by what its class said: not yet reported, reported, silent. A pupil who joins a
-- class, or comes back to it, counts from the first report the class makes with that pupil in it: a
-- return that is registered, or a home teaching that has ended, shows nobody at a desk. Nor does a
-- count that newcomers may make up whom the roll does not seat yet; but the first roll of a year
-- seats everybody, and finds some classes reporting already.
with

seats as (

    select * from {{ ref('int_spell_seats') }}

),

class_spells as (

    select * from {{ ref('int_spell_class_reports') }}

),

class_days as (

    select * from {{ ref('int_report_class_days') }}

),

years as (

    select * from {{ ref('int_date_school_years') }}

),

firsts as (

    select school_code, grade, class_no, to_on as reported_on from class_spells
    where from_on = '-infinity'

),

overlapping as (

    select
        e.*, c.filed_by as reported_by,
        coalesce(c.state, 'no_report') as state,
        greatest(e.from_on, c.from_on) as piece_from_on,
        least(e.to_on, c.to_on) as piece_to_on,
        coalesce(e.from_on <= y.roll_on, true) as is_of_first_roll,
        -- Also who joins a class that is silent for the moment.
        c.state = 'reported'
        and (c.from_on < e.from_on or (e.from_on > y.roll_on and e.from_on > f.reported_on))
            as is_joining
    from seats as e
    left join years as y
        on e.unit_code = y.unit_code and e.from_on >= y.from_on and e.from_on < y.to_on
    left join class_spells as c
        on e.school_code = c.school_code and e.grade = c.grade and e.class_no = c.class_no
            and e.from_on < c.to_on and e.to_on > c.from_on
    left join firsts as f
        on e.school_code = f.school_code and e.grade = f.grade and e.class_no = f.class_no

),

joined as (

    select
        o.*,
        least(
            case
                when o.is_joining
                    then (
                        select greatest(coalesce(min(d.day), 'infinity'), o.piece_from_on)
                        from class_days as d
                        where
                            d.school_code = o.school_code and d.grade = o.grade
                            and d.class_no = o.class_no and d.day >= o.from_on
                            and d.is_reported and (d.is_beyond_newcomers or o.is_of_first_roll)
                    )
                else o.piece_from_on
            end, o.piece_to_on
        ) as seen_from_on
    from overlapping as o

),

pieces as (

    select *, state as piece_state, seen_from_on as from_date, piece_to_on as to_date from joined
    union all
    select *, 'no_report', piece_from_on, seen_from_on from joined
    where is_joining

)

select
    child_key, pupil_key, unit_code, school_code, grade, class_no,
    piece_state as state,
    from_date as from_on,
    to_date as to_on,
    filed_by, reported_by
from pieces
where from_date < to_date
