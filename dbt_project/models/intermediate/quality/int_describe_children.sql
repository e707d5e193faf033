{{ config(indexes=[{'columns': ['child_key'], 'unique': true}]) }}

-- Each child as of the published date: where it stands, which unit answers, which groups it belongs
-- to.
with

children as (

    select * from {{ ref('int_list_children') }}

),

statuses as (

    select * from {{ ref('fct_child_status') }}
    where to_on > {{ as_of() }}

),

enrolments as (

    -- Last year's roll is no roll to be on.
    select child_key, pupil_key from {{ ref('int_spell_enrolments') }}
    where from_on <= {{ as_of() }} and to_on > {{ as_of() }}

),

on_roll as (

    select
        e.child_key,
        bool_or(r.left_behind in ('1', '2')) as is_left_behind,
        bool_or(r.is_migrant) as is_migrant,
        bool_or(r.is_orphan) as is_orphan,
        bool_or(r.is_government_place) as is_government_place,
        bool_or(r.disability_kind <> '0') as is_disabled,
        bool_or(r.study_mode = '2') as is_boarder,
        min(r.grade) as grade
    from {{ ref('stg_school__roll') }} as r
    inner join enrolments as e on r.pupil_key = e.pupil_key
    where r.is_current
    group by e.child_key

),

registers as (

    select 'hardship_register' as feed, sender, row_hash, expires_on
    from {{ ref('stg_welfare__hardship_register') }}
    where is_current
    union all
    select 'disability_register', sender, row_hash, expires_on
    from {{ ref('stg_welfare__disability_register') }}
    where is_current

),

welfare as (

    -- The last day of a certificate counts.
    select
        n.child_key,
        bool_or(n.feed = 'hardship_register') as is_poor,
        bool_or(n.feed = 'disability_register') as is_disabled
    from {{ ref('int_identify_named_rows') }} as n
    inner join registers as r
        on n.feed = r.feed and n.sender = r.sender and n.row_hash = r.row_hash
    where n.child_key is not null and coalesce(r.expires_on, 'infinity') >= {{ as_of() }}
    group by n.child_key

)

select
    c.child_key,
    c.birth_year,
    c.cohort_on,
    c.sex,
    c.ethnicity,
    c.register_kind,
    c.district_code,
    c.home_unit_code,
    s.unit_code,
    s.school_code,
    s.status,
    s.rule,
    s.is_open,
    s.from_on as status_from_on,
    r.grade,
    c.is_on_register,
    r.child_key is not null as is_on_roll,
    coalesce(r.is_left_behind, false) as is_left_behind,
    coalesce(r.is_migrant, false) as is_migrant,
    coalesce(r.is_orphan, false) as is_orphan,
    coalesce(r.is_government_place, false) as is_government_place,
    coalesce(r.is_boarder, false) as is_boarder,
    coalesce(w.is_poor, false) as is_poor,
    coalesce(r.is_disabled, false) or coalesce(w.is_disabled, false) as is_disabled
from children as c
inner join statuses as s on c.child_key = s.child_key
left join on_roll as r on c.child_key = r.child_key
left join welfare as w on c.child_key = w.child_key
