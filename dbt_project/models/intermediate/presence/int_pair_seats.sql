{{ config(indexes=[{'columns': ['school_code', 'grade', 'class_no']}]) }}

-- Children with seats in two classes at a time: on two rolls, or in a transfer that one of the two
-- rolls does not show yet. Each seat beside the other, while both are held: a child taught at home
-- has none, and no class can leave it to the other.
with

enrolments as (

    select * from {{ ref('int_spell_enrolments') }}

),

seats as (

    select * from {{ ref('int_spell_seats') }}

),

several as (

    select child_key from enrolments
    group by child_key
    having count(*) > 1

),

held as (

    select s.* from seats as s
    inner join several as c on s.child_key = c.child_key

)

select distinct
    a.child_key,
    a.school_code,
    a.grade,
    a.class_no,
    b.school_code as other_school_code,
    b.grade as other_grade,
    b.class_no as other_class_no,
    greatest(a.from_on, b.from_on) as from_on,
    least(a.to_on, b.to_on) as to_on
from held as a
inner join held as b
    on a.child_key = b.child_key and a.from_on < b.to_on and a.to_on > b.from_on
        and (a.school_code, a.grade, a.class_no) <> (b.school_code, b.grade, b.class_no)
