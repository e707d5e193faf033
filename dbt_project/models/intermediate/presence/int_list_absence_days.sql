{{ config(pre_hook="set local enable_nestloop = off") }}

-- Nested loops off: looping over the marks without a seat takes minutes where hashing them takes a
-- second.
--
-- A child's absence on one school day, whichever pupil of the child it came by. Two rows of one
-- day: the unexplained one counts. Absences marked by a school the pupil has left by a registered
-- change are not the child's; nor are those of a school that has no seat for it, on a day on which
-- the class of its seat counts everybody.
with

absences as (

    select * from {{ ref('stg_school__absence') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

leavings as (

    select * from {{ ref('int_spell_leavings') }}

),

schools as (

    select distinct on (school_code) school_code, school_kind
    from {{ ref('stg_school__school') }}
    order by school_code, valid_from desc

),

school_days as (

    select * from {{ ref('int_count_school_days') }}

),

class_days as not materialized (

    select * from {{ ref('int_report_class_days') }}

),

enrolments as not materialized (

    select * from {{ ref('int_spell_enrolments') }}

),

attributed as (

    select
        p.child_key, a.pupil_key, a.unit_code, a.school_code, a.grade, a.class_no, a.day,
        a.absence_kind, a.marked_at, a.filed_by
    from absences as a
    inner join pupils as p on a.pupil_key = p.pupil_key
    where not exists (
            select 1 from leavings as l
            where
                l.pupil_key = a.pupil_key and l.from_on <= a.day and l.to_on > a.day
                and (l.school_code = a.school_code or l.school_code is null)
        )

),

without_seat as (

    select a.child_key, a.school_code, a.day from attributed as a
    where not exists (
            select 1 from enrolments as e
            where
                e.child_key = a.child_key and e.school_code = a.school_code
                and e.from_on <= a.day and e.to_on > a.day
        )

),

counted_elsewhere as (

    select distinct w.child_key, w.school_code, w.day
    from without_seat as w
    inner join enrolments as e
        on w.child_key = e.child_key and w.day >= e.from_on and w.day < e.to_on
    inner join class_days as c
        on e.school_code = c.school_code and e.grade = c.grade and e.class_no = c.class_no
            and w.day = c.day
    where c.is_reported

),

days as (

    select distinct on (a.child_key, a.day)
        a.child_key, a.pupil_key, a.unit_code, a.school_code, a.grade, a.class_no, a.day,
        a.absence_kind,
        a.absence_kind in ('truant', 'unknown') as is_unexplained,
        d.day_no, d.stale_on, a.filed_by
    from attributed as a
    left join schools as s on a.school_code = s.school_code
    inner join school_days as d
        on a.unit_code = d.unit_code and a.day = d.day
            and d.stage = {{ stage_of('a.grade', 's.school_kind') }}
    left join counted_elsewhere as w
        on a.child_key = w.child_key and a.school_code = w.school_code and a.day = w.day
    where w.child_key is null
    order by
        a.child_key, a.day, a.absence_kind in ('truant', 'unknown') desc,
        a.marked_at desc, a.pupil_key

)

select
    d.*,
    c.is_reported,
    c.n_reported,
    c.next_reported_on
from days as d
left join class_days as c
    on d.school_code = c.school_code and d.grade = c.grade
        and d.class_no = c.class_no and d.day = c.day
