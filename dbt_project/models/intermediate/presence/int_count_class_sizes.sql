{{ config(indexes=[{'columns': ['school_code', 'grade', 'class_no']}]) }}

-- How many children of the roll a class has to count, from when to when. Who is on it by two roll
-- numbers sits there once.
with

seats as not materialized (

    select * from {{ ref('int_spell_seats') }}

),

renumbered as (

    select child_key from {{ ref('int_identify_pupils') }}
    group by child_key
    having count(*) > 1

),

held as (

    select
        s.child_key, s.school_code, s.grade, s.class_no,
        range_agg(daterange(s.from_on, s.to_on)) as spells
    from seats as s
    inner join renumbered as r on s.child_key = r.child_key
    group by s.child_key, s.school_code, s.grade, s.class_no

),

seated as (

    select s.school_code, s.grade, s.class_no, s.from_on, s.to_on
    from seats as s
    left join renumbered as r on s.child_key = r.child_key
    where r.child_key is null
    union all
    select h.school_code, h.grade, h.class_no, lower(seat.spell), upper(seat.spell)
    from held as h
    cross join lateral unnest(h.spells) as seat (spell)

),

turns as (

    select school_code, grade, class_no, turned_on, sum(n) as n
    from seated
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
