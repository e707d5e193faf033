{{ config(materialized='view') }}

-- Each child as the indicators count it. Age is that of the school year: years complete on 31
-- August. A child is enrolled that is on this year's roll and neither suspended, by a suspension
-- that is over too, nor gone from it, deferred, exempt, nor waiting at home for visits that are not
-- made; is taught in an accepted placement; or is proved to learn elsewhere. Of two possible stages
-- the grade decides, without a grade the age.
with

children as (

    select
        *,
        {{ school_year(as_of()) }} - extract(year from cohort_on)::integer as years
    from {{ ref('int_describe_children') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

units as (

    select * from {{ ref('seed_unit') }}

),

disabled as (

    select * from {{ ref('int_list_disabled_children') }}

),

groups as (

    select * from {{ ref('int_group_children') }}

),

staged as (

    select
        *,
        case
            when years < {{ threshold('age_of_entry') }} then null
            when years < {{ threshold('age_of_junior') }} then 'primary'
            when years < {{ threshold('age_of_leaving') }} then 'junior'
        end as age_stage,
        {{ stage_of_child('grade', 'years') }} as stage,
        rule in ('home_teaching', 'placed_in_school')
        or status = 'elsewhere_proved'
        or (
            is_on_roll and status not in (
                'suspended', 'absent_20', 'never_present', 'not_arrived', 'not_found',
                'never_enrolled', 'placement', 'dead', 'moved_away', 'finished'
            )
            and rule not in ('suspension_over', 'home_teaching_not_done')
        ) as is_enrolled
    from children

)

select
    c.child_key, c.unit_code, c.school_code, c.home_unit_code, c.status, c.rule, c.is_open,
    c.status_from_on, c.register_kind, c.is_migrant, c.sex, c.stage, c.grade, c.age_stage,
    {{ urban_rural_of('s.urban_rural') }} as urban_rural,
    u.zone,
    coalesce(g.key_groups, '{}') as key_groups,
    c.status not in ('dead', 'moved_away', 'finished', 'over_age', 'not_yet_of_age') as is_in_base,
    c.age_stage is not null and c.status not in ('dead', 'moved_away') as is_of_age,
    c.is_enrolled,
    -- At the level of its age or above; whoever finished early counts.
    c.status = 'finished'
    or (c.is_enrolled and (c.age_stage = 'primary' or c.stage = 'junior')) as is_at_level,
    d.child_key is not null and c.rule <> 'exempt' as is_disabled,
    coalesce(d.is_of_three_kinds, false) and c.rule <> 'exempt' as is_disabled_of_three,
    c.is_migrant and c.is_on_roll as is_migrant_pupil,
    c.is_government_place or coalesce(s.sponsor <> '999', false) as is_in_public_place
from staged as c
left join schools as s on c.school_code = s.school_code
left join units as u on c.unit_code = u.unit_code
left join disabled as d on c.child_key = d.child_key
left join groups as g on c.child_key = g.child_key
