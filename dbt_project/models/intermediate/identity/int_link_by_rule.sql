{{ config(indexes=[{'columns': ['person_key'], 'unique': true}]) }}

-- The second tier: people whose number is unusable, by strict rules; only where one child fits one
-- person and no other, on either side, and nothing contradicts it.
with

ruled as (

    select * from {{ ref('int_apply_rules') }}

),

refused as (

    select person_key, child_key, is_in_force from {{ ref('int_apply_verdicts') }}
    where verdict = 'different'

),

with_namesake as (

    select person_key from {{ ref('int_find_namesakes') }}

),

followed as (

    select * from {{ ref('int_follow_roll_numbers') }}

),

fitting as (

    -- Whom people have said it is not leaves the others to be found; of whom they said so on other
    -- evidence they are asked again. Of siblings whose names sound alike a near number may be
    -- either's.
    select
        r.person_key, r.subject, r.child_key, min(r.rule_order || r.method) as first_method,
        bool_and(r.is_contradicted or r.is_by_sound and n.person_key is not null)
        or bool_or(d.person_key is not null) as is_contradicted
    from ruled as r
    left join refused as d on r.person_key = d.person_key and r.child_key = d.child_key
    left join with_namesake as n on r.person_key = n.person_key
    where not coalesce(d.is_in_force, false)
    group by r.person_key, r.subject, r.child_key

),

firsts as (

    select pupil_key, min(former_pupil_key::text) as first_key from followed
    group by pupil_key

),

counted as (

    -- A pupil under a temporary roll number and the formal one after it is one person.
    select
        f.*,
        count(*) over (partition by f.person_key) as n_children,
        min(coalesce(o.first_key, f.person_key::text)) over by_child
        = max(coalesce(o.first_key, f.person_key::text)) over by_child as is_one_person
    from fitting as f
    left join firsts as o on f.person_key = o.pupil_key
    window by_child as (partition by f.child_key, f.subject)

)

select
    person_key,
    subject,
    child_key,
    substr(first_method, 2) as method
from counted
where n_children = 1 and is_one_person and not is_contradicted
