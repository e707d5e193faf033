{{ config(indexes=[{'columns': ['person_key', 'child_key'], 'unique': true}]) }}

-- What people decided of those in doubt: the last word on each pair. It is in force while the
-- evidence on either side is what they saw; else they are asked again.
with

verdicts as (

    select * from {{ ref('int_follow_verdicts') }}

),

people as (

    select * from {{ ref('int_key_unlinked') }}

),

children as (

    select * from {{ ref('int_key_children') }}

)

{{ last_words('verdicts', 'people', 'children') }}
