{{ config(indexes=[{'columns': ['person_key'], 'unique': true}]) }}

-- Whom the later tiers identify: a person's verdict first, then the roll number's history, a strict
-- rule, the model. The model may add an enrolment to a child who has one already only where the
-- names agree: otherwise the pupil may be the child's twin.
with

people as (

    select * from {{ ref('int_key_unlinked') }}

),

children as not materialized (

    select * from {{ ref('int_key_children') }}

),

by_number as (

    select child_key from {{ ref('int_link_by_number') }}
    where method is not null

),

verdicts as (

    select * from {{ ref('int_apply_verdicts') }}

),

different as (

    -- In force, or to be asked again.
    select * from verdicts
    where verdict = 'different'

),

by_verdict as (

    select distinct on (person_key) person_key, child_key, decided_at
    from verdicts
    where verdict = 'same' and is_in_force
    order by person_key, decided_at desc, child_key

),

ruled as (

    select person_key, child_key, 'roll_number_history' as method, 1 as rule_order
    from {{ ref('int_link_by_roll_number') }}
    union all
    select person_key, child_key, method, 2 from {{ ref('int_link_by_rule') }}

),

by_rule as (

    select distinct on (r.person_key) r.person_key, r.child_key, r.method
    from ruled as r
    left join different as d on r.person_key = d.person_key and r.child_key = d.child_key
    where d.person_key is null
    order by r.person_key, r.rule_order

),

by_model as (

    select
        m.person_key, m.child_key, m.weight, p.subject,
        m.name_level in ('exact', 'former', 'sound', 'lost') as is_same_name
    from {{ ref('stg_identity__match_pair') }} as m
    inner join people as p on m.person_key = p.person_key
    left join different as d on m.person_key = d.person_key and m.child_key = d.child_key
    where m.decision = 'link' and d.person_key is null

),

held as (

    select b.child_key from by_number as b
    inner join by_model as m on b.child_key = m.child_key
    where not m.is_same_name
    union
    select child_key from by_rule
    union
    select child_key from by_verdict

),

guarded as (

    select
        m.*,
        not m.is_same_name and m.subject = 'roll' and (
            h.child_key is not null
            or count(*) over (partition by m.child_key, m.subject) > 1
        ) as is_second_pupil
    from by_model as m
    left join held as h on m.child_key = h.child_key

)

select
    p.person_key,
    p.subject,
    coalesce(v.child_key, r.child_key, m.child_key) as child_key,
    case
        when v.person_key is not null then 'verdict'
        when r.person_key is not null then r.method
        else 'model'
    end as method,
    case when v.person_key is null and r.person_key is null then m.weight end as weight,
    v.person_key is null and r.person_key is null and m.is_second_pupil as is_in_doubt,
    greatest(v.decided_at, c.known_from) as known_from
from people as p
left join by_verdict as v on p.person_key = v.person_key
left join by_rule as r on p.person_key = r.person_key
left join guarded as m on p.person_key = m.person_key
inner join children as c on coalesce(v.child_key, r.child_key, m.child_key) = c.child_key
