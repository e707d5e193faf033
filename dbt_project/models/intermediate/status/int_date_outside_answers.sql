-- What is answered about schools outside the municipality: from when to when each answer is
-- believed. An answer carries forward for as long as the threshold says; but not beyond the first
-- day, after it came, on which a class here counts everybody and does not miss the child.
with

answers as (

    select * from {{ ref('stg_school__outside_enrolment') }}

),

named as (

    select * from {{ ref('int_identify_named_rows') }}

),

delivered as (

    select max(business_date) as last_on
    from {{ ref('stg_ops__delivery') }}
    where feed = 'outside_enrolment' and verdict = 'accepted'

),

seats as not materialized (

    select * from {{ ref('int_spell_seats') }}

),

class_days as not materialized (

    select * from {{ ref('int_report_class_days') }}

),

absences as not materialized (

    select child_key, day from {{ ref('int_list_absence_days') }}

),

spelled as (

    select
        n.child_key, a.proof_kind, a.filed_by, a.enrolled_from as from_on,
        greatest(a.enrolled_from, a.valid_from) as given_on,
        least(
            a.valid_to, a.enrolled_to + 1,
            d.last_on + {{ threshold('outside_carry') }}::integer + 1
        ) as to_on
    from answers as a
    inner join named as n
        on a.row_hash = n.row_hash and a.sender = n.sender and n.feed = 'outside_enrolment'
    cross join delivered as d
    where n.child_key is not null

),

seated as materialized (

    -- First the seats of those who are answered about: not every child with every day of its class.
    select s.child_key, s.given_on, e.school_code, e.grade, e.class_no, e.from_on, e.to_on
    from (select distinct child_key, given_on from spelled) as s
    inner join seats as e on s.child_key = e.child_key and s.given_on < e.to_on

),

counted as (

    select e.child_key, e.given_on, c.day
    from seated as e
    inner join class_days as c
        on e.school_code = c.school_code and e.grade = c.grade and e.class_no = c.class_no
            and e.from_on <= c.day and e.to_on > c.day
    where c.is_reported and c.day > e.given_on

),

seen as (

    select
        c.child_key, c.given_on,
        min(c.day) as seen_on
    from counted as c
    left join absences as a on c.child_key = a.child_key and c.day = a.day
    where a.child_key is null
    group by c.child_key, c.given_on

)

select
    a.child_key,
    a.proof_kind,
    a.filed_by,
    a.from_on,
    least(a.to_on, s.seen_on) as to_on
from spelled as a
left join seen as s on a.child_key = s.child_key and a.given_on = s.given_on
where a.from_on < least(a.to_on, s.seen_on)
