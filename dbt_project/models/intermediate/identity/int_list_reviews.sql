{{ config(indexes=[{'columns': ['child_key']}]) }}

-- Pairs that people have to decide: the model is not sure enough, or a guard forbids the link.
with

pairs as (

    select * from {{ ref('stg_identity__match_pair') }}

),

people as (

    select * from {{ ref('int_key_unlinked') }}

),

children as (

    select * from {{ ref('int_key_children') }}

),

verdicts as (

    select * from {{ ref('int_apply_verdicts') }}

),

decided as (

    select * from {{ ref('int_decide_links') }}

),

doubts as (

    select m.*, case when d.is_in_doubt then 'second_pupil' else m.reason end as why
    from pairs as m
    left join decided as d on m.person_key = d.person_key
    left join verdicts as v on m.person_key = v.person_key and m.child_key = v.child_key
    where
        v.person_key is null
        and (
            (d.person_key is null and m.decision = 'review')
            or (d.is_in_doubt and m.child_key = d.child_key)
        )

)

select
    m.person_key,
    m.child_key,
    p.subject,
    p.unit_code,
    p.sender as subject_sender,
    p.row_hash as subject_row_hash,
    c.sender as child_sender,
    c.row_hash as child_row_hash,
    m.why as reason,
    m.weight,
    m.margin,
    m.rank,
    {{ agreements('m', 'p', 'c', true) }} as agrees,
    {{ agreements('m', 'p', 'c', false) }} as differs,
    {{ evidence_hash('p', 'c') }} as evidence_hash,
    greatest(p.known_from, c.known_from)::date as asked_from
from doubts as m
inner join people as p on m.person_key = p.person_key
inner join children as c on m.child_key = c.child_key
