{{ config(indexes=[{'columns': ['child_key'], 'unique': true}]) }}

-- Children with a certificate of the disability register in force on the published date. The three
-- kinds of the enrolment rate are visual, hearing and intellectual.
with

named as (

    select * from {{ ref('int_identify_named_rows') }}
    where feed = 'disability_register' and child_key is not null

),

register as (

    select * from {{ ref('stg_welfare__disability_register') }}
    where is_current and coalesce(expires_on, 'infinity') >= {{ as_of() }}

)

select
    n.child_key,
    bool_or(r.disability_kind in ('1', '2', '5')) as is_of_three_kinds
from register as r
inner join named as n on r.sender = n.sender and r.row_hash = n.row_hash
group by n.child_key
