{{ config(materialized='view') }}

-- The ledger with what its figures are broken down by: the child, the school and the unit that own
-- the case. A case without a school is neither urban nor rural. In conflict with the law only the
-- ledger knows a child to be.
with

cases as (

    select * from {{ ref('fct_case') }}

),

children as (

    select * from {{ ref('int_group_case_children') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

units as (

    select * from {{ ref('seed_unit') }}

)

select
    c.child_key, c.case_no, c.unit_code, c.school_code,
    c.is_open, c.is_overdue, c.is_poor, c.category,
    c.is_reported_on_time, c.is_verified_on_time, c.returned_on, c.days_to_verify, c.days_to_return,
    c.state as case_state,
    c.category as case_category,
    case
        when c.days_open <= 3 then '0-3'
        when c.days_open <= 5 then '4-5'
        when c.days_open <= 14 then '6-14'
        when c.days_open <= 30 then '15-30'
        when c.days_open <= 90 then '31-90'
        when c.days_open > 90 then '91+'
    end as days_open,
    k.sex, k.stage, k.last_grade as grade,
    {{ urban_rural_of('s.urban_rural') }} as urban_rural,
    u.zone,
    k.key_groups || case when c.is_in_law then array['in_law'] else '{}' end as key_groups
from cases as c
inner join children as k on c.child_key = k.child_key
left join schools as s on c.school_code = s.school_code
left join units as u on c.unit_code = u.unit_code
