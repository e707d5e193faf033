{{ config(indexes=[{'columns': ['school_code', 'grade', 'class_no']}]) }}

-- How many of the roll a class has to count, from when to when. Who is suspended, dead or taught at
-- home by a claim that stands before presence has no seat in it and need not be counted.
with

enrolments as not materialized (

    select * from {{ ref('int_spell_enrolments') }}

),

away as (

    select child_key, from_on, to_on from {{ ref('int_claim_suspension') }}
    union all
    select child_key, from_on, to_on from {{ ref('int_claim_register') }}
    where rule in ('died', 'death_unconfirmed')
    union all
    select child_key, from_on, to_on from {{ ref('int_spell_placements') }}
    where rule in ('home_teaching', 'home_teaching_not_done', 'deferred', 'exempt')

),

without_seat as (

    select child_key, range_agg(daterange(from_on, to_on)) as spells
    from away
    where from_on < to_on
    group by child_key

),

seats as (

    select e.school_code, e.grade, e.class_no, e.from_on, e.to_on
    from enrolments as e
    left join without_seat as w on e.child_key = w.child_key
    where w.child_key is null
    union all
    select e.school_code, e.grade, e.class_no, lower(seat.held), upper(seat.held)
    from enrolments as e
    inner join without_seat as w on e.child_key = w.child_key
    cross join
        lateral unnest(datemultirange(daterange(e.from_on, e.to_on)) - w.spells) as seat (held)

),

turns as (

    select school_code, grade, class_no, turned_on, sum(n) as n
    from seats
    cross join lateral (values (from_on, 1), (to_on, -1)) as turn (turned_on, n)
    group by school_code, grade, class_no, turned_on

)

select
    school_code,
    grade,
    class_no,
    turned_on as from_on,
    lead(turned_on, 1, 'infinity') over by_class as to_on,
    (sum(n) over by_class)::integer as n_enrolled
from turns
window by_class as (partition by school_code, grade, class_no order by turned_on)
