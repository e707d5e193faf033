-- From which day to which a pupil has left a school by a registered change, whatever the roll still
-- says. One that names no school leaves them all, but not the one it is transferred into that day.
with

changes as (

    select * from {{ ref('stg_school__roll_change') }}

),

leavings as (

    -- transfer out, stopped, cancelled, withdrawal, expulsion, completion in three forms
    select * from changes
    where change_kind in ('21', '13', '18', '31', '42', '61', '62', '63')

),

returns as (

    -- back from abroad, return, roll restored, transfer in
    select * from changes
    where change_kind in ('08', '12', '17', '22')

)

select
    l.pupil_key,
    l.from_school_code as school_code,
    l.change_kind,
    l.to_province_code,
    l.changed_on as from_on,
    coalesce(min(r.changed_on), 'infinity') as to_on,
    min(l.filed_by) as filed_by
from leavings as l
left join returns as r
    on l.pupil_key = r.pupil_key
        and (
            l.changed_on < r.changed_on
            or (l.changed_on = r.changed_on and l.from_school_code is null and r.change_kind = '22')
        )
        and (
            l.from_school_code is null
            or l.from_school_code = r.to_school_code
            or (r.to_school_code is null and r.change_kind <> '22')
        )
group by l.pupil_key, l.from_school_code, l.change_kind, l.to_province_code, l.changed_on
having coalesce(min(r.changed_on), 'infinity') > l.changed_on
