{{ config(indexes=[{'columns': ['child_key']}, {'columns': ['unit_code', 'school_code']}]) }}

-- Only children on the list are kept, with all their reasons: of the others nobody needs a profile.
with

reasons as (

    select
        *,
        sum(points) over (partition by child_key) as points_in_all
    from {{ ref('int_warn_of_children') }}

),

steps as (

    select * from {{ ref('seed_warning') }}

)

select
    {{ as_of() }} as as_of,
    r.child_key,
    r.unit_code,
    r.school_code,
    r.home_unit_code as admin_unit_code,
    r.measure,
    r.n,
    r.points,
    s.label_zh,
    replace(s.zh, '{n}', r.n::text) as zh,
    replace(s.en, '{n}', r.n::text) as en,
    s.sort
from reasons as r
inner join steps as s on r.measure = s.measure and r.at_least = s.at_least
where r.points_in_all >= {{ threshold('warning_watch') }}
