-- A child's absence on one school day, whichever pupil of the child it came by. Two rows of one
-- day: the unexplained one counts. Absences marked by a school the pupil has left by a registered
-- change are not the child's.
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

class_days as (

    select * from {{ ref('int_report_class_days') }}

),

days as (

    select distinct on (p.child_key, a.day)
        p.child_key, a.pupil_key, a.unit_code, a.school_code, a.grade, a.class_no, a.day,
        a.absence_kind,
        a.absence_kind in ('truant', 'unknown') as is_unexplained,
        d.day_no, d.stale_on, a.filed_by
    from absences as a
    inner join pupils as p on a.pupil_key = p.pupil_key
    left join schools as s on a.school_code = s.school_code
    inner join school_days as d
        on a.unit_code = d.unit_code and a.day = d.day
            and d.stage = {{ stage_of('a.grade', 's.school_kind') }}
    where not exists (
            select 1 from leavings as l
            where
                l.pupil_key = a.pupil_key and l.from_on <= a.day and l.to_on > a.day
                and (l.school_code = a.school_code or l.school_code is null)
        )
    order by
        p.child_key, a.day, a.absence_kind in ('truant', 'unknown') desc,
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
