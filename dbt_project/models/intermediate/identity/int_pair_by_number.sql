{#- What is joined was just made and has no statistics: it would be taken for a few rows, and
    two million sorted. -#}
{{
    config(
        indexes=[{'columns': ['pupil_key', 'child_key'], 'unique': true}],
        pre_hook=[
            "set local enable_nestloop = off",
            "set local enable_mergejoin = off",
        ],
    )
}}

-- Each pupil beside the child whose number it has, or both children of that number. Nearly
-- everybody is written as on the register and needs nothing else: millions against millions are
-- joined by little, and only of the others is the rest kept.
with

pupils as (

    select * from {{ ref('int_choose_pupil_rows') }}

),

children as not materialized (

    select * from {{ ref('int_key_children') }}

),

shared as (

    select distinct number_key from {{ ref('int_split_shared_numbers') }}

),

judged_before as (

    select distinct pupil_key from {{ ref('int_follow_verdicts') }}

),

paired as (

    select
        p.*,
        c.child_key,
        c.known_from as child_known_from,
        s.number_key is not null as is_shared,
        coalesce(p.name = c.plain and p.birth_on = c.birth_on, false)
        and v.pupil_key is null and p.name not like '%□%' as is_same
    from pupils as p
    left join judged_before as v on p.pupil_key = v.pupil_key
    left join children as c on p.number_key = c.number_key
    left join shared as s on p.number_key = s.number_key

)

select
    pupil_key,
    unit_code,
    school_code,
    row_hash,
    valid_from,
    greatest(known_from, child_known_from) as both_known_from,
    id_number_key,
    id_number_state,
    number_key,
    child_key,
    is_same,
    is_same and not is_shared as is_settled,
    case when is_shared or not is_same then name end as name,
    case when is_shared or not is_same then former_name end as former_name,
    case when is_shared or not is_same then sex end as sex,
    case when is_shared or not is_same then birth_on end as birth_on,
    case when is_shared or not is_same then guardian_name end as guardian_name,
    case when is_shared or not is_same then guardian_phone end as guardian_phone
from paired
