{{ config(indexes=[{'columns': ['child_key']}, {'columns': ['pupil_key']}]) }}

-- Where each pupil is on a roll, from when to when: the roll's versions, cut by registered leavings
-- and at the turn of the school year: last year's roll says nothing about a seat in the new one.
with

roll as not materialized (

    select
        r.pupil_key, r.unit_code, r.school_code, r.grade, r.class_no, r.filed_by, r.valid_from,
        least(r.valid_to, y.to_on) as valid_to
    from {{ ref('stg_school__roll') }} as r
    left join {{ ref('int_date_school_years') }} as y
        on r.unit_code = y.unit_code and r.valid_from >= y.from_on and r.valid_from < y.to_on

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

leavings as not materialized (

    select * from {{ ref('int_spell_leavings') }}

),

arrivals as not materialized (

    -- A transfer-in is registered before the weekly roll shows it.
    select pupil_key, to_school_code as school_code, changed_on
    from {{ ref('stg_school__roll_change') }}
    where change_kind = '22' and to_school_code is not null

),

several as (

    select pupil_key from roll
    group by pupil_key
    having count(*) > 1
    union
    select pupil_key from leavings
    union
    select pupil_key from arrivals

),

plain as (

    select
        r.pupil_key, r.unit_code, r.school_code, r.grade, r.class_no, r.filed_by,
        r.valid_from as from_on, r.valid_to as to_on
    from roll as r
    left join several as s on r.pupil_key = s.pupil_key
    where s.pupil_key is null

),

versions as (

    select
        r.pupil_key, r.unit_code, r.school_code, r.grade, r.class_no, r.filed_by,
        least(r.valid_from, max(a.changed_on)) as from_on,
        r.valid_to
    from roll as r
    inner join several as s on r.pupil_key = s.pupil_key
    left join arrivals as a
        on
            r.pupil_key = a.pupil_key and r.school_code = a.school_code
            and a.changed_on between r.valid_from - 14 and r.valid_from
    group by
        r.pupil_key, r.unit_code, r.school_code, r.grade, r.class_no, r.filed_by, r.valid_from,
        r.valid_to

),

joined as (

    select
        pupil_key, unit_code, school_code, grade, class_no,
        min(filed_by) as filed_by,
        range_agg(daterange(from_on, valid_to)) as on_roll
    from versions
    group by 1, 2, 3, 4, 5

),

away as (

    select
        j.pupil_key, j.unit_code, j.school_code, j.grade, j.class_no,
        range_agg(daterange(l.from_on, l.to_on)) as ranges
    from joined as j
    inner join leavings as l
        on
            j.pupil_key = l.pupil_key
            and (j.school_code = l.school_code or l.school_code is null)
    group by 1, 2, 3, 4, 5

),

cut as (

    select j.*, j.on_roll - coalesce(a.ranges, '{}'::datemultirange) as held
    from joined as j
    left join away as a
        on
            j.pupil_key = a.pupil_key and j.unit_code = a.unit_code
            and j.school_code = a.school_code
            and j.grade is not distinct from a.grade
            and j.class_no is not distinct from a.class_no

),

spells as (

    select * from plain
    union all
    select
        c.pupil_key, c.unit_code, c.school_code, c.grade, c.class_no, c.filed_by,
        lower(held.spell), upper(held.spell)
    from cut as c
    cross join lateral unnest(c.held) as held (spell)

)

select
    s.pupil_key, p.child_key, s.unit_code, s.school_code, s.grade, s.class_no, s.from_on, s.to_on,
    s.filed_by
from spells as s
inner join pupils as p on s.pupil_key = p.pupil_key
