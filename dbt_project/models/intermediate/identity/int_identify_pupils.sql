{{ config(indexes=[{'columns': ['pupil_key'], 'unique': true}]) }}

-- Who each pupil is. Whom nobody identifies is a child of its own: in the base, and unknown to the
-- police.
with

by_number as (

    select * from {{ ref('int_link_by_number') }}

),

decided as (

    select * from {{ ref('int_decide_links') }}
    where subject = 'roll' and not is_in_doubt

),

reviews as (

    select person_key from {{ ref('int_list_reviews') }}
    where subject = 'roll'
    group by person_key

)

select
    n.pupil_key,
    n.id_number_key,
    n.number_key,
    n.child_key as candidate_child_key,
    n.method is not null or d.person_key is not null as is_linked,
    case when n.method is not null then n.child_key else coalesce(d.child_key, n.pupil_key) end
        as child_key,
    case
        when n.method is not null or d.person_key is not null then 'linked'
        when r.person_key is not null then 'in_review'
        when n.number_key is null then 'no_valid_id'
        when n.child_key is null then 'not_on_register'
        else 'uncorroborated'
    end as outcome,
    coalesce(n.method, d.method) as method,
    d.weight,
    n.unit_code,
    n.school_code,
    n.row_hash,
    n.valid_from as evidence_from,
    greatest(n.both_known_from, d.known_from) as known_from
from by_number as n
left join decided as d on n.pupil_key = d.person_key
left join reviews as r on n.pupil_key = r.person_key
