{{ config(indexes=[{'columns': ['unit_code', 'school_code']}]) }}

-- What a school clears up today, class by class, before it becomes a case: whom to ask about an
-- absence, and which classes have not counted their pupils or have counted too few.
with

statuses as (

    select * from {{ ref('fct_child_status') }}
    where to_on > {{ as_of() }}

),

enrolments as (

    select * from {{ ref('fct_enrolment') }}
    where is_current

),

tasks as (

    select * from {{ ref('seed_roll_call') }}

),

units as (

    select * from {{ ref('dim_unit') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

seats as (

    -- A child with two seats in one school is asked about once.
    select distinct on (child_key, school_code) child_key, school_code, grade, class_no
    from enrolments
    order by child_key, school_code, from_on desc, grade, class_no

)

select
    {{ as_of() }} as as_of,
    s.unit_code,
    u.unit_name,
    s.school_code,
    c.school_name,
    e.grade,
    e.class_no,
    s.rule,
    t.zh as task_zh,
    t.en as task_en,
    min(s.from_on) as since_on,
    count(*) as n_children
from statuses as s
inner join tasks as t on s.rule = t.rule
left join seats as e on s.child_key = e.child_key and s.school_code = e.school_code
left join units as u on s.unit_code = u.unit_code
left join schools as c on s.school_code = c.school_code
group by
    s.unit_code, u.unit_name, s.school_code, c.school_name, e.grade, e.class_no, s.rule, t.zh, t.en
