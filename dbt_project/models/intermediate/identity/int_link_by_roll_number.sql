-- Pupils whom no number identifies, but whose other roll number's pupil a number does, or a
-- person's verdict, or a rule where they have none of their own.
with

followed as (

    select * from {{ ref('int_follow_roll_numbers') }}

),

pupils as not materialized (

    select pupil_key, child_key, method from {{ ref('int_link_by_number') }}

),

verdicts as (

    select * from {{ ref('int_apply_verdicts') }}

),

rules as (

    select * from {{ ref('int_link_by_rule') }}

),

either_way as (

    select
        former_pupil_key as person_key,
        pupil_key as identified_key
    from followed
    union all
    select
        pupil_key as person_key,
        former_pupil_key as identified_key
    from followed

),

identified as (

    select e.person_key, i.child_key, 1 as way
    from either_way as e
    inner join pupils as i on e.identified_key = i.pupil_key
    where i.method is not null
    union all
    select e.person_key, v.child_key, 2
    from either_way as e
    inner join verdicts as v on e.identified_key = v.person_key
    where v.verdict = 'same' and v.is_in_force
    union all
    select e.person_key, r.child_key, 3
    from either_way as e
    inner join rules as r on e.identified_key = r.person_key
    left join rules as o on e.person_key = o.person_key
    where o.person_key is null

)

select distinct on (i.person_key)
    i.person_key,
    i.child_key
from identified as i
inner join pupils as p on i.person_key = p.pupil_key and p.method is null
order by i.person_key, i.way, i.child_key
