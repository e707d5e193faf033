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

    select distinct r.child_key, r.household_no
    from {{ ref('int_register_people') }} as r
    where r.is_current and r.household_no is not null

),

out_of_school as (

    select child_key from {{ ref('fct_child_status') }}
    where to_on > {{ as_of() }} and status in ('absent_20', 'never_present')
    union
    select child_key from cases
    where is_open and category in ('dropout', 'never_enrolled')

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

    select
        p.child_key, r.study_mode,
        row_number() over (
            partition by p.child_key order by r.valid_from desc, r.study_mode
        ) as place
    from {{ ref('stg_school__roll') }} as r
    inner join pupils as p on r.pupil_key = p.pupil_key
    inner join years as y on r.unit_code = y.unit_code and r.valid_to > y.from_on

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
inner join households as s on h.household_no = s.household_no and h.child_key <> s.child_key
inner join out_of_school as o on s.child_key = o.child_key
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
group by child_key
having bool_or(study_mode = '2') and bool_or(place = 1 and study_mode = '1')
