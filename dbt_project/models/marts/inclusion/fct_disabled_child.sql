{{ config(indexes=[{'columns': ['child_key'], 'unique': true}, {'columns': ['unit_code']}]) }}

with

placed as (

    select * from {{ ref('int_place_disabled_children') }}

),

kinds as (

    select * from {{ ref('seed_placement_kind') }}

)

select
    {{ as_of() }} as as_of,
    p.child_key,
    p.unit_code,
    p.school_code,
    p.home_unit_code as admin_unit_code,
    p.sex,
    p.grade,
    p.age_stage,
    p.is_of_three_kinds,
    p.status,
    p.is_open,
    p.is_enrolled,
    p.way,
    k.zh as way_zh,
    k.en as way_en,
    p.has_plan,
    p.is_plan_missing,
    p.is_waiting,
    p.waiting_since,
    {{ as_of() }} - p.waiting_since as waiting_days,
    p.n_visits_planned::integer as n_visits_planned,
    p.n_visits_done::integer as n_visits_done
from placed as p
inner join kinds as k on p.way = k.way
