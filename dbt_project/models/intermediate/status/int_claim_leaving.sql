-- Registered leavings that nothing has answered: a transfer that has not arrived, or a pupil taken
-- off the roll. Both stand behind whatever else is known of the child.
with

leavings as (

    select * from {{ ref('int_spell_leavings') }}

),

enrolments as (

    select * from {{ ref('int_spell_enrolments') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

schools as (

    select distinct on (school_code) school_code, unit_code
    from {{ ref('stg_school__school') }}
    order by school_code, valid_from desc

),

open_ended as (

    -- To the day of a return, or of a seat on any roll, be it one from before the leaving: whoever
    -- was taken in early, or left one of two schools, has arrived. A seat that ends within the
    -- days in which rolls follow is what the leaving itself ends.
    select
        p.child_key, l.change_kind, l.school_code, l.filed_by, l.from_on,
        least(
            l.to_on,
            min(greatest(e.from_on, l.from_on)) filter (where e.child_key is not null)
        ) as to_on
    from leavings as l
    inner join pupils as p on l.pupil_key = p.pupil_key
    left join enrolments as e
        on
            p.child_key = e.child_key
            and (
                l.from_on <= e.from_on
                or l.from_on + {{ threshold('transfer_on_roll') }}::integer < e.to_on
            )
    where l.change_kind in ('21', '13', '18', '31', '42')
    group by p.child_key, l.change_kind, l.school_code, l.filed_by, l.from_on, l.to_on

)

select
    o.child_key,
    case when o.change_kind = '21' then 'transfer_not_arrived' else 'taken_off_roll' end as rule,
    o.from_on,
    o.to_on,
    s.unit_code,
    o.school_code,
    0 as days_absent,
    'roll_change:' || o.filed_by as evidence
from open_ended as o
left join schools as s on o.school_code = s.school_code
where o.from_on < o.to_on
