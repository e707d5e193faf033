{{ config(indexes=[{'columns': ['row_hash']}]) }}

with

rows_named as (

    select * from {{ ref('int_link_named_by_number') }}

),

decided as (

    select * from {{ ref('int_decide_links') }}
    where subject <> 'roll' and not is_in_doubt

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

)

select
    n.feed,
    n.sender,
    n.row_hash,
    n.first_on,
    n.sex,
    n.place_code,
    n.birth_year,
    n.cohort_on,
    n.candidate_child_key,
    case
        when n.is_corroborated then n.candidate_child_key
        when p.child_key is not null then p.child_key
        when d.child_key is not null then d.child_key
        -- A child nobody else knows. An answer about somebody else's school makes no child, and
        -- neither does a register row whose ID belongs to a child who does not agree with it.
        when n.feed in ('placement', 'opening_case') then n.own_key
        when n.feed <> 'outside_enrolment' and n.candidate_child_key is null then n.number_key
    end as child_key,
    case
        when n.is_corroborated then 'register'
        when p.child_key is not null then 'pupil'
        when d.child_key is not null then 'matched'
        when n.candidate_child_key is not null then 'uncorroborated'
        else 'unknown'
    end as outcome
from rows_named as n
left join pupils as p on n.candidate_pupil_key = p.pupil_key
left join decided as d
    on n.person_key = d.person_key
