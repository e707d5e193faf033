{{ config(indexes=[{'columns': ['child_key', 'day'], 'unique': true}]) }}

-- Runs of consecutive school days without explanation. A day on which the child was seen, or
-- excused, ends a run; a silent day neither adds nor ends; the run follows the child across classes
-- and schools.
with

days as (

    select * from {{ ref('int_list_absence_days') }}

),

-- Not materialized, so that single children and classes are looked up by index.
enrolments as not materialized (

    select * from {{ ref('int_spell_enrolments') }}

),

class_days as not materialized (

    select * from {{ ref('int_report_class_days') }}

),

-- Stretches of time on rolls, whichever, of the children who were ever marked absent.
held as (

    select child_key, range_agg(daterange(from_on, to_on)) as spells
    from enrolments
    where child_key in (select d.child_key from days as d)
    group by child_key

),

movers as (

    select child_key from enrolments
    group by child_key
    having count(*) > 1

),

sequenced as (

    select
        d.*,
        m.child_key is not null as is_mover,
        lag(d.day) over by_child as previous_on,
        lag(d.is_unexplained) over by_child as was_unexplained,
        lag(d.n_reported) over by_child as n_reported_before,
        lag((d.school_code, d.grade, d.class_no)) over by_child
        = (d.school_code, d.grade, d.class_no) as is_same_class,
        lead(d.day, 1, 'infinity') over by_child as next_absent_on
    from days as d
    left join movers as m on d.child_key = m.child_key
    window by_child as (partition by d.child_key order by d.day)

),

seen as (

    select
        s.*,
        -- Reports counted by the class answer for most; the rest is looked up through the child's
        -- enrolments.
        case
            when not s.was_unexplained or s.previous_on is null then null
            when s.is_same_class and not s.is_mover and s.n_reported is not null
                and s.n_reported_before is not null
                then s.n_reported - s.is_reported::integer > s.n_reported_before
            else exists (
                    select 1
                    from enrolments as e
                    inner join class_days as c
                        on e.school_code = c.school_code and e.grade = c.grade
                            and e.class_no = c.class_no and e.from_on <= c.day and e.to_on > c.day
                    where
                        e.child_key = s.child_key and c.is_reported
                        and c.day > s.previous_on and c.day < s.day
                )
        end as was_seen_between,
        case
            when not s.is_mover and s.n_reported is not null then s.next_reported_on
            else (
                select min(c.day)
                from enrolments as e
                inner join class_days as c
                    on e.school_code = c.school_code and e.grade = c.grade
                        and e.class_no = c.class_no and e.from_on <= c.day and e.to_on > c.day
                where e.child_key = s.child_key and c.is_reported and c.day > s.day
            )
        end as next_seen_on
    from sequenced as s

),

grouped as (

    select
        *,
        sum(
            (not is_unexplained or coalesce(not was_unexplained, true) or was_seen_between)::integer
        ) over (partition by child_key order by day) as run_no
    from seen

)

select
    g.child_key,
    g.pupil_key,
    g.unit_code,
    g.school_code,
    g.grade,
    g.class_no,
    g.day,
    g.absence_kind,
    g.is_unexplained,
    g.stale_on,
    g.filed_by,
    case
        when g.is_unexplained
            then row_number() over (partition by g.child_key, g.run_no order by g.day)::integer
        else 0
    end as n_in_run,
    min(g.day) over (partition by g.child_key, g.run_no) as run_started_on,
    -- From this day on there is newer word of the child.
    least(g.next_absent_on, coalesce(g.next_seen_on, 'infinity')) as until_on,
    -- From this day on it is on no roll; a mark of who is on none is believed as long as a report.
    coalesce(
        (
            select upper(seat.spell) from unnest(h.spells) as seat (spell)
            where seat.spell @> g.day
        ), g.stale_on
    ) as on_roll_until_on
from grouped as g
left join held as h on g.child_key = h.child_key
