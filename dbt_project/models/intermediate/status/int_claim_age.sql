-- The age window, and the last resort: in the base, and nothing else says where the child is.
with

children as (

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

dated as (

    select
        c.child_key,
        c.home_unit_code,
        c.first_on,
        (c.cohort_on + make_interval(years => l.entry))::date as of_age_on,
        -- One who never was on a roll is taken to have finished; one who was, and left, is followed
        -- a year longer.
        (
            c.cohort_on + make_interval(
                years => case when e.child_key is null then l.leaving else l.leaving_enrolled end
            )
        )::date as over_age_on
    from children as c
    cross join limits as l
    left join enrolments as e on c.child_key = e.child_key

)

select
    d.child_key, claim.rule, claim.from_on, claim.to_on,
    null as unit_code, null as school_code, 0 as days_absent, null::text as evidence
from dated as d
cross join
    lateral (
        values
        ('not_yet_of_age', d.first_on, d.of_age_on),
        ('over_age', d.over_age_on, date 'infinity'),
        ('not_found', d.first_on, date 'infinity')
    ) as claim (rule, from_on, to_on)
where claim.from_on < claim.to_on and claim.from_on <= {{ as_of() }}

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
