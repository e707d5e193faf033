{{ config(materialized='table') }}

-- Approved suspensions and deferrals, by a registered change or by the old ledger: from when, to
-- when by the paper, and since when the paper says nothing any more, because the child has come
-- back, has left, or sits in another school. Nor does it say anything while the child, once on the
-- roll, is on it no longer; at the turn of a year that shows with the unit's first roll.
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

enrolments as not materialized (

    select * from {{ ref('int_spell_enrolments') }}

),

years as (

    select * from {{ ref('int_date_school_years') }}

),

limits as (

    select
        {{ threshold('suspension_without_end') }}::integer as without_end,
        {{ threshold('suspension_longest') }}::integer as longest

),

papers as (

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

),

words as (

    -- Registered returns, in whatever school and under whatever number, and leavings.
    select
        p.child_key, c.changed_on,
        case when c.change_kind not in ('08', '12', '17', '22') then c.from_school_code end
            as left_school_code,
        c.change_kind in ('08', '12', '17', '22') as is_return
    from changes as c
    inner join pupils as p on c.pupil_key = p.pupil_key
    where
        c.change_kind in (
            '08', '12', '17', '22', '21', '13', '18', '31', '42', '61', '62', '63'
        )
        and p.child_key in (select s.child_key from papers as s)

),

seats as (

    select
        e.child_key, e.school_code, e.from_on,
        greatest(e.to_on, n.roll_on) as to_on
    from enrolments as e
    left join years as y on e.unit_code = y.unit_code and e.to_on = y.to_on
    left join years as n on y.unit_code = n.unit_code and y.school_year + 1 = n.school_year
    where e.child_key in (select s.child_key from papers as s)

),

ended as (

    select
        s.*,
        (
            select min(w.changed_on) from words as w
            where
                w.child_key = s.child_key and w.changed_on > s.from_on
                and (w.is_return or w.left_school_code = s.school_code)
        ) as answered_on,
        (
            select min(e.from_on) from seats as e
            where
                e.child_key = s.child_key and e.from_on > s.from_on
                and e.school_code <> s.school_code
        ) as moved_on,
        (
            select range_agg(daterange(e.from_on, e.to_on)) from seats as e
            where
                e.child_key = s.child_key and e.to_on > s.from_on
                and (e.school_code = s.school_code or s.school_code is null)
        ) as on_roll
    from papers as s

)

select
    child_key, rule, unit_code, school_code, from_on, over_on, evidence, is_deferral,
    coalesce(least(answered_on, moved_on), 'infinity') as ended_on,
    lower(on_roll) as seated_on,
    case
        when on_roll is null then '{}'
        else datemultirange(daterange(lower(on_roll), 'infinity')) - on_roll
    end as off_roll
from ended
