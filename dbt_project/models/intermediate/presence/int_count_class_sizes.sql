{{ config(indexes=[{'columns': ['school_code', 'grade', 'class_no']}]) }}

-- How many of the roll a class has to count, from when to when.
with

seats as (

    select * from {{ ref('int_spell_seats') }}

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
