{{ config(indexes=[{'columns': ['person_key', 'child_key'], 'unique': true}]) }}

-- What people decided, where the evidence on either side is still what they saw. The last word
-- counts.
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
