{{ config(indexes=[{'columns': ['child_key', 'from_on']}]) }}

-- The statuses of children who have or may have a case, and what each does to a case.
with

statuses as (

    select * from {{ ref('int_spell_statuses') }}

),

concerned as (

    select child_key from {{ ref('int_spell_suspicions') }}
    union
    select child_key from {{ ref('int_identify_case_actions') }}
    where child_key is not null
    union
    select child_key from {{ ref('int_list_old_cases') }}

),

openings as (

    select * from {{ ref('seed_case_opening') }}

),

evidence as (

    select * from {{ ref('seed_case_evidence') }}

)

select
    s.child_key,
    s.from_on,
    s.to_on,
    s.status,
    s.rule,
    s.unit_code,
    s.school_code,
    e.event,
    coalesce(o.opens_case, false) as is_ground
from concerned as c
inner join statuses as s on c.child_key = s.child_key
left join openings as o on s.rule = o.rule
left join evidence as e on s.status = e.status
where s.from_on <= {{ as_of() }}
