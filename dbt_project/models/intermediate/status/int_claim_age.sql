-- The age window, and the last resort: in the base, and nothing else says where the child is.
with

children as not materialized (

    select * from {{ ref('int_list_children') }}

),

-- On a roll, or on the old ledger: that knew of a child that had not finished.
enrolments as (

    select child_key from {{ ref('int_spell_enrolments') }}
    union
    select child_key from {{ ref('int_identify_named_rows') }}
    where feed = 'opening_case' and child_key is not null

),

years as (

    select * from {{ ref('int_date_school_years') }}

),

limits as (

    select
        {{ threshold('age_of_entry') }}::integer as entry,
        {{ threshold('age_of_leaving') }}::integer as leaving,
        {{ threshold('age_of_leaving_enrolled') }}::integer as leaving_enrolled

),

cohorts as (

    -- A dozen of them, so that no date is worked out for each child.
    select
        c.cohort_on,
        (c.cohort_on + make_interval(years => l.entry))::date as of_age_on,
        (c.cohort_on + make_interval(years => l.leaving))::date as leaving_on,
        (c.cohort_on + make_interval(years => l.leaving_enrolled))::date as leaving_enrolled_on
    from (select distinct cohort_on from children) as c
    cross join limits as l

),

over_age as (

    -- One who never was on a roll is taken to have finished; one who was, and left, is followed a
    -- year longer.
    select
        c.child_key,
        case when e.child_key is null then k.leaving_on else k.leaving_enrolled_on end as from_on
    from children as c
    inner join cohorts as k on c.cohort_on = k.cohort_on
    left join enrolments as e on c.child_key = e.child_key
    where least(k.leaving_on, k.leaving_enrolled_on) <= {{ as_of() }}

),

claims as (

    select child_key, 'not_found' as rule, first_on as from_on, date 'infinity' as to_on
    from children
    union all
    select child_key, 'over_age', from_on, 'infinity' from over_age
    union all
    select c.child_key, 'not_yet_of_age', c.first_on, k.of_age_on
    from children as c
    inner join cohorts as k on c.cohort_on = k.cohort_on and c.first_on < k.of_age_on

)

select
    child_key, rule, from_on, to_on,
    null as unit_code, null as school_code, 0 as days_absent, null::text as evidence
from claims
where from_on <= {{ as_of() }}

union all

select
    c.child_key,
    'roll_not_delivered' as rule,
    greatest(c.first_on, y.from_on) as from_on,
    least(y.roll_on, y.to_on) as to_on,
    null as unit_code,
    null as school_code,
    0 as days_absent,
    null::text as evidence
from children as c
inner join years as y on c.home_unit_code = y.unit_code
where greatest(c.first_on, y.from_on) < least(y.roll_on, y.to_on)
