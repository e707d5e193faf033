{{ config(indexes=[{'columns': ['child_key'], 'unique': true}, {'columns': ['unit_code']}]) }}

-- Children on a roll who may leave school, most points first: whom to visit before an absence
-- becomes a dropout. The points are those of seed_warning, added; nothing else enters.
with

reasons as (

    select * from {{ ref('fct_warning_reason') }}

),

units as (

    select * from {{ ref('dim_unit') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

children as (

    select * from {{ ref('int_describe_children') }}

),

seats as (

    select distinct on (child_key) child_key, class_no
    from {{ ref('int_spell_enrolments') }}
    where from_on <= {{ as_of() }} and to_on > {{ as_of() }}
    order by child_key, from_on desc, school_code, class_no

),

scored as (

    select
        child_key, unit_code, school_code, admin_unit_code,
        sum(points)::integer as points,
        coalesce(max(n) filter (where measure = 'absent_run'), 0) as absent_run,
        string_agg(
            zh || '（' || points || ' 分）', '；' order by points desc, sort
        ) as reasons_zh,
        string_agg(
            en || ' (' || points || ')', '; ' order by points desc, sort
        ) as reasons_en
    from reasons
    group by 1, 2, 3, 4

)

select
    {{ as_of() }} as as_of,
    s.child_key,
    s.unit_code,
    u.unit_name,
    s.school_code,
    d.school_name,
    s.admin_unit_code,
    c.grade,
    e.class_no,
    c.status,
    s.points,
    case when s.points >= {{ threshold('warning_high') }} then 'high' else 'watch' end as level,
    case when s.points >= {{ threshold('warning_high') }} then '重点' else '关注' end as level_zh,
    s.absent_run,
    s.reasons_zh,
    s.reasons_en,
    row_number() over (
        partition by s.school_code
        order by s.points desc, s.absent_run desc, s.child_key
    ) as rank_in_school,
    row_number() over (
        partition by s.unit_code
        order by s.points desc, s.absent_run desc, s.child_key
    ) as rank_in_unit,
    row_number() over (
        order by s.points desc, s.absent_run desc, s.child_key
    ) as rank_in_municipality
from scored as s
inner join children as c on s.child_key = c.child_key
left join seats as e on s.child_key = e.child_key
left join units as u on s.unit_code = u.unit_code
left join schools as d on s.school_code = d.school_code
