-- Approved suspensions and deferrals, by a registered change or by the old ledger: from when, to
-- when by the paper. None is believed beyond the longest there is.
with

changes as (

    select * from {{ ref('stg_school__roll_change') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

opening as (

    select * from {{ ref('stg_school__opening_case') }}

),

named as (

    select * from {{ ref('int_identify_named_rows') }}

),

limits as (

    select
        {{ threshold('suspension_without_end') }}::integer as without_end,
        {{ threshold('suspension_longest') }}::integer as longest

)

select
    p.child_key, 'suspended' as rule, null as unit_code, c.from_school_code as school_code,
    c.changed_on as from_on,
    c.changed_on
    + least(coalesce(c.ends_on + 1 - c.changed_on, l.without_end), l.longest) as over_on,
    'roll_change:' || min(c.filed_by) as evidence,
    false as is_deferral
from changes as c
inner join pupils as p on c.pupil_key = p.pupil_key
cross join limits as l
where
    c.change_kind = '11'
    and (c.approval_no is not null or c.approved_on is not null)
group by
    p.child_key, c.from_school_code, c.changed_on, c.ends_on, l.without_end, l.longest
union all
select
    n.child_key, 'suspension_opening', o.unit_code, null, o.opened_on,
    least(o.suspended_until + 1, o.opened_on + l.longest), 'opening_case:' || o.filed_by,
    o.case_status = 'deferred'
from opening as o
inner join named as n
    on o.row_hash = n.row_hash and o.sender = n.sender and n.feed = 'opening_case'
cross join limits as l
where
    o.case_status in ('suspended', 'deferred')
    and o.suspended_until is not null
    and n.child_key is not null
