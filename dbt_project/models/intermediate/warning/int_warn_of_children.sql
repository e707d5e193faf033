{#- How many reasons there will be cannot be estimated: each child would be looked up by itself. -#}
{{
    config(
        indexes=[{'columns': ['child_key', 'measure'], 'unique': true}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- Every reason to fear that a child at a desk will leave it, with its points: of the steps of a
-- measure the highest that is reached, inclusive. Only children on a roll whom neither the rules
-- nor the ledger already take for a dropout.
with

measures as (

    select * from {{ ref('int_recall_absences') }}
    union all
    select * from {{ ref('int_recall_standing') }}
    union all
    select * from {{ ref('int_recall_history') }}

),

steps as (

    select
        measure, at_least, points,
        int4range(at_least, lead(at_least) over (partition by measure order by at_least)) as reach
    from {{ ref('seed_warning') }}

),

known_out as (

    select child_key from {{ ref('fct_case') }}
    where is_open and category in ('dropout', 'never_enrolled')

),

children as (

    select c.*
    from {{ ref('int_describe_children') }} as c
    left join known_out as k on c.child_key = k.child_key
    where
        c.is_on_roll and k.child_key is null
        and c.status not in (
            'dead', 'moved_away', 'finished', 'over_age', 'suspended', 'placement',
            'elsewhere_proved', 'absent_20', 'never_present'
        )

)

select
    m.child_key,
    c.unit_code,
    c.school_code,
    c.home_unit_code,
    c.grade,
    c.status,
    m.measure,
    m.n,
    s.at_least,
    s.points
from measures as m
inner join steps as s on m.measure = s.measure and s.reach @> m.n
inner join children as c on m.child_key = c.child_key
