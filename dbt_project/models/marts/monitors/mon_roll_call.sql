{{ config(indexes=[{'columns': ['unit_code', 'school_code']}]) }}

-- What a school clears up today, class by class, before it becomes a case: whom to ask about an
-- absence, and which classes have not counted their pupils or have counted too few.
with

tasks as (

    select * from {{ ref('seed_roll_call') }}

),

statuses as (

    select
        s.child_key, s.unit_code, s.school_code, s.rule, s.from_on,
        t.zh as task_zh,
        t.en as task_en
    from {{ ref('fct_child_status') }} as s
    inner join tasks as t on s.rule = t.rule
    where s.to_on > {{ as_of() }}

),

enrolments as (

    select * from {{ ref('fct_enrolment') }}
    where is_current

),

units as (

    select * from {{ ref('dim_unit') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

seats as (

    -- A child with two seats in one school is asked about once.
    select distinct on (e.child_key, e.school_code)
        e.child_key, e.school_code, e.grade, e.class_no
    from enrolments as e
    inner join statuses as s on e.child_key = s.child_key
    order by e.child_key, e.school_code, e.from_on desc, e.grade, e.class_no

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
    s.task_zh,
    s.task_en,
    min(s.from_on) as since_on,
    count(*) as n_children
from statuses as s
left join seats as e on s.child_key = e.child_key and s.school_code = e.school_code
left join units as u on s.unit_code = u.unit_code
left join schools as c on s.school_code = c.school_code
group by
    s.unit_code, u.unit_name, s.school_code, c.school_name, e.grade, e.class_no, s.rule,
    s.task_zh, s.task_en
