-- Pupils at the start of the school year (上学年初在校生数): who was on a unit's first roll of it. Each
-- child once, in the school where it then was, and whether it has dropped out since: not seen for
-- the days of a dropout, or, once the ledger has opened a case of it, taken off the roll,
-- transferred and arrived nowhere, or gone from every roll without a word, be it that the police
-- have it living elsewhere. Graduation, promotion, a transfer registered to another province or to
-- a school that took it in, a school elsewhere that the parents name, death and approved
-- suspension are no dropouts.
with

enrolments as (

    select * from {{ ref('int_spell_enrolments') }}

),

years as (

    select * from {{ ref('int_date_school_years') }}
    where school_year = {{ school_year(as_of()) }}

),

children as (

    select * from {{ ref('int_flag_children') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

units as (

    select * from {{ ref('seed_unit') }}

),

suspicions as (

    select child_key from {{ ref('int_spell_suspicions') }}
    where opens_on <= {{ as_of() }} and until_on > {{ as_of() }}

),

started as (

    select distinct on (e.child_key)
        e.child_key, e.unit_code, e.school_code, e.grade
    from enrolments as e
    inner join years as y on e.unit_code = y.unit_code
    where e.from_on <= y.roll_on and e.to_on > y.roll_on
    order by e.child_key, e.unit_code, e.school_code, e.grade

)

select
    s.unit_code, s.school_code, c.sex, s.grade,
    case when s.grade <= 6 then 'primary' else 'junior' end as stage,
    {{ urban_rural_of('d.urban_rural') }} as urban_rural,
    u.zone, c.key_groups,
    c.status = 'absent_20'
    or c.rule in ('transfer_not_arrived', 'taken_off_roll', 'not_found', 'lives_outside')
    and g.child_key is not null as is_dropout,
    count(*) as n_children
from started as s
inner join children as c on s.child_key = c.child_key
left join suspicions as g on s.child_key = g.child_key
left join schools as d on s.school_code = d.school_code
left join units as u on s.unit_code = u.unit_code
group by 1, 2, 3, 4, 5, 6, 7, 8, 9
