{#- What is joined was just made and has no statistics: it would be taken for a few rows. -#}
{{
    config(
        indexes=[{'columns': ['child_key']}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- Pairs that people have to decide: the model is not sure enough, or a guard forbids the link.
with

pairs as (

    select * from {{ ref('stg_identity__match_pair') }}

),

people as (

    select * from {{ ref('int_key_unlinked') }}

),

children as not materialized (

    select * from {{ ref('int_key_children') }}

),

verdicts as (

    select * from {{ ref('int_apply_verdicts') }}

),

decided as (

    select * from {{ ref('int_decide_links') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

roll as not materialized (

    select * from {{ ref('stg_school__roll') }}

),

register as not materialized (

    select * from {{ ref('int_register_people') }}

),

named as (

    select person_key, min(first_on) as first_on
    from {{ ref('int_link_named_by_number') }}
    group by person_key

),

doubts as (

    select m.*, case when d.is_in_doubt then 'second_pupil' else m.reason end as why
    from pairs as m
    left join decided as d on m.person_key = d.person_key
    left join verdicts as v
        on m.person_key = v.person_key and m.child_key = v.child_key and v.is_in_force
    where
        v.person_key is null
        and (
            (d.person_key is null and m.decision = 'review')
            or (d.is_in_doubt and m.child_key = d.child_key)
        )

),

people_since as (

    -- Another class or telephone writes a row again; the doubt is as old as what is doubted.
    select p.person_key, min(r.valid_from) as since_on
    from (select distinct person_key from doubts) as d
    inner join people as p on d.person_key = p.person_key
    inner join roll as r on p.person_key = r.pupil_key and p.sex = r.sex and p.birth_on = r.birth_on
    inner join names as k on r.name = k.name and p.plain = k.plain
    left join names as f on r.former_name = f.name
    where p.subject = 'roll' and p.former_plain is not distinct from f.plain
    group by p.person_key

),

children_since as (

    select c.child_key, min(r.valid_from) as since_on
    from (select distinct child_key from doubts) as d
    inner join children as c on d.child_key = c.child_key
    inner join register as r
        on c.id_number_key = r.id_number_key and c.child_key = r.child_key
            and c.sex = r.sex and c.birth_on = r.birth_on
    inner join names as k on r.name = k.name and c.plain = k.plain
    group by c.child_key

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
    greatest(q.since_on, n.first_on, s.since_on) as asked_from
from doubts as m
inner join people as p on m.person_key = p.person_key
inner join children as c on m.child_key = c.child_key
left join people_since as q on m.person_key = q.person_key
left join named as n on m.person_key = n.person_key and p.subject <> 'roll'
left join children_since as s on m.child_key = s.child_key
