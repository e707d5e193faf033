-- The cases of the old ledger that were open when Rollcall began. Suspensions and deferrals in it
-- are no cases: they are statuses.
with

opening as (

    select * from {{ ref('stg_school__opening_case') }}

),

named as (

    select * from {{ ref('int_identify_named_rows') }}

)

select distinct on (n.child_key)
    n.child_key,
    o.case_no as old_case_no,
    o.case_status,
    o.opened_on,
    o.unit_code,
    o.cause,
    o.filed_by
from opening as o
inner join named as n
    on o.row_hash = n.row_hash and o.sender = n.sender and n.feed = 'opening_case'
where o.case_status not in ('suspended', 'deferred') and n.child_key is not null
order by n.child_key, o.opened_on, o.case_no
