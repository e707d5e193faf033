-- What has happened to a child and its household before, as measures of the early warning.
with

years as (

    select unit_code, from_on from {{ ref('int_date_school_years') }}
    where school_year = {{ school_year(as_of()) }}

),

enrolments as not materialized (

    select e.* from {{ ref('int_spell_enrolments') }} as e
    inner join years as y on e.unit_code = y.unit_code and e.to_on > y.from_on
    where e.from_on <= {{ as_of() }}

),

pupils as not materialized (

    select * from {{ ref('int_identify_pupils') }}

),

cases as (

    select * from {{ ref('fct_case') }}

),

households as not materialized (

    select child_key, household_no
    from {{ ref('int_register_people') }}
    where is_current and household_no is not null

),

out_of_school as (

    select child_key from {{ ref('fct_child_status') }}
    where to_on > {{ as_of() }} and status in ('absent_20', 'never_present')
    union
    select child_key from cases
    where is_open and category in ('dropout', 'never_enrolled')

),

bereft as (

    -- The households of the few who are out, not every pair of siblings.
    select h.household_no, h.child_key
    from out_of_school as o
    inner join households as h on o.child_key = h.child_key

),

paid as (

    select
        a.unit_code, a.programme, a.period, p.child_key,
        max(a.period) over (partition by a.unit_code, a.programme) as last_period
    from {{ ref('stg_finance__aid_payment') }} as a
    inner join pupils as p on a.pupil_key = p.pupil_key

),

-- Aid of one unit only: who moved is paid elsewhere.
stopped as (

    select child_key, unit_code, programme from paid
    group by child_key, unit_code, programme, last_period
    having max(period) < last_period

),

boarding as (

    -- Of several newest rows the first by mode is taken: that of a day pupil, 1.
    select
        p.child_key,
        bool_or(r.study_mode = '2') as has_boarded,
        max(r.valid_from) filter (where r.study_mode = '1') = max(r.valid_from) as is_day_pupil
    from {{ ref('stg_school__roll') }} as r
    inner join pupils as p on r.pupil_key = p.pupil_key
    inner join years as y on r.unit_code = y.unit_code and r.valid_to > y.from_on
    group by p.child_key

)

select child_key, 'schools_in_year' as measure, count(distinct school_code)::integer as n
from enrolments
group by child_key
having count(distinct school_code) > 1
union all
select child_key, 'earlier_case', count(*)::integer
from cases
where not is_open and coalesce(outcome, '') <> 'false_alarm'
group by child_key
union all
select h.child_key, 'sibling_out', count(distinct s.child_key)::integer
from households as h
inner join bereft as s on h.household_no = s.household_no and h.child_key <> s.child_key
group by h.child_key
union all
select s.child_key, 'aid_stopped', count(distinct s.programme)::integer
from stopped as s
inner join enrolments as e
    on s.child_key = e.child_key and s.unit_code = e.unit_code and e.to_on > {{ as_of() }}
group by s.child_key
union all
select child_key, 'stopped_boarding', 1
from boarding
where has_boarded and is_day_pupil
