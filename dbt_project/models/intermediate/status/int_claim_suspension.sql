-- Approved suspensions and deferrals, to their last day; and what comes after when nobody registers
-- a return.
with

changes as (

    select * from {{ ref('stg_school__roll_change') }}

),

pupils as not materialized (

    select * from {{ ref('int_identify_pupils') }}

),

opening as (

    select * from {{ ref('stg_school__opening_case') }}

),

named as (

    select * from {{ ref('int_identify_named_rows') }}

),

schools as (

    select distinct on (school_code) school_code, unit_code
    from {{ ref('stg_school__school') }}
    order by school_code, valid_from desc

),

enrolments as (

    select * from {{ ref('int_spell_enrolments') }}

),

returns as (

    select * from changes
    where change_kind in ('08', '12', '17', '22')

),

suspensions as (

    select
        c.pupil_key,
        c.from_school_code as school_code,
        c.changed_on as from_on,
        coalesce(
            c.ends_on + 1,
            c.changed_on + {{ threshold('suspension_without_end') }}::integer
        ) as over_on,
        coalesce(min(r.changed_on), 'infinity') as returned_on,
        min(c.filed_by) as filed_by
    from changes as c
    left join returns as r on c.pupil_key = r.pupil_key and c.changed_on < r.changed_on
    where
        c.change_kind = '11'
        and (c.approval_no is not null or c.approved_on is not null)
    group by c.pupil_key, c.from_school_code, c.changed_on, c.ends_on

),

opened as (

    select
        n.child_key,
        o.case_status,
        o.unit_code,
        o.opened_on as from_on,
        o.suspended_until + 1 as over_on,
        o.filed_by,
        coalesce(min(r.changed_on), 'infinity') as returned_on
    from opening as o
    inner join named as n
        on o.row_hash = n.row_hash and o.sender = n.sender and n.feed = 'opening_case'
    left join pupils as p on n.child_key = p.child_key
    left join returns as r on p.pupil_key = r.pupil_key and o.opened_on < r.changed_on
    where
        o.case_status in ('suspended', 'deferred')
        and o.suspended_until is not null
        and n.child_key is not null
    group by 1, 2, 3, 4, 5, 6

)

select
    p.child_key,
    'suspended' as rule,
    s.from_on,
    least(s.over_on, s.returned_on) as to_on,
    k.unit_code,
    s.school_code,
    0 as days_absent,
    'roll_change:' || s.filed_by as evidence
from suspensions as s
inner join pupils as p on s.pupil_key = p.pupil_key
left join schools as k on s.school_code = k.school_code

union all

select
    p.child_key,
    'suspension_over' as rule,
    s.over_on as from_on,
    s.returned_on as to_on,
    k.unit_code,
    s.school_code,
    0 as days_absent,
    'roll_change:' || s.filed_by as evidence
from suspensions as s
inner join pupils as p on s.pupil_key = p.pupil_key
left join schools as k on s.school_code = k.school_code
where s.over_on < s.returned_on

union all

select
    child_key,
    'suspension_opening' as rule,
    from_on,
    least(over_on, returned_on) as to_on,
    unit_code,
    null as school_code,
    0 as days_absent,
    'opening_case:' || filed_by as evidence
from opened

union all

-- Suspended before the start, and on a roll when it is over. Who was deferred enters without any
-- registered return; no class counts it before it has come.
select
    o.child_key,
    'suspension_over' as rule,
    o.over_on as from_on,
    least(e.to_on, o.returned_on) as to_on,
    e.unit_code,
    e.school_code,
    0 as days_absent,
    'opening_case:' || o.filed_by as evidence
from opened as o
inner join enrolments as e
    on o.child_key = e.child_key and o.over_on > e.from_on and o.over_on < e.to_on
where o.case_status = 'suspended' and o.over_on < o.returned_on
