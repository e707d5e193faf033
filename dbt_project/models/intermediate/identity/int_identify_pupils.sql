{{ config(indexes=[{'columns': ['pupil_key'], 'unique': true}]) }}

-- Who each pupil is. Whom nobody identifies is a child of its own, under the key of its first roll
-- number: in the base, and unknown to the police.
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

),

concluded as not materialized (

    select
        n.*,
        n.method is not null or d.person_key is not null as is_linked,
        case when n.method is not null then n.child_key else d.child_key end as linked_child_key,
        coalesce(n.method, d.method) as linked_by,
        d.weight,
        greatest(n.both_known_from, d.known_from) as known_from
    from by_number as n
    left join decided as d on n.pupil_key = d.person_key

),

first_numbers as (

    select f.pupil_key, f.former_pupil_key
    from {{ ref('int_follow_roll_numbers') }} as f
    inner join concluded as c on f.former_pupil_key = c.pupil_key
    where not c.is_linked

)

select
    c.pupil_key,
    c.id_number_key,
    c.number_key,
    c.child_key as candidate_child_key,
    c.is_linked,
    coalesce(c.linked_child_key, f.former_pupil_key, c.pupil_key) as child_key,
    case
        when c.is_linked then 'linked'
        when r.person_key is not null then 'in_review'
        when c.number_key is null then 'no_valid_id'
        when c.child_key is null then 'not_on_register'
        else 'uncorroborated'
    end as outcome,
    c.linked_by as method,
    c.weight,
    c.unit_code,
    c.school_code,
    c.row_hash,
    c.valid_from as evidence_from,
    c.known_from
from concluded as c
left join first_numbers as f on c.pupil_key = f.pupil_key
left join reviews as r on c.pupil_key = r.person_key
