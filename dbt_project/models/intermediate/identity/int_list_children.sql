{{ config(indexes=[{'columns': ['child_key'], 'unique': true}]) }}

-- Everybody the promise is about: on the register, ever on a roll, on a welfare register or in a
-- placement.
with

register as not materialized (

    select
        child_key, number_key, valid_from, sex,
        extract(year from birth_on)::integer as birth_year,
        {{ cohort_on('birth_on') }} as cohort_on, ethnicity,
        register_kind, district_code, coalesce(township_code, district_code) as place_code
    from {{ ref('int_register_people') }}

),

roll as (

    select * from {{ ref('stg_school__roll') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

named as (

    select * from {{ ref('int_identify_named_rows') }}

),

townships as (

    select * from {{ ref('seed_township') }}

),

units as (

    select * from {{ ref('seed_unit') }}

),

children as not materialized (

    select child_key, number_key from {{ ref('int_key_children') }}

),

repeated as (

    select * from {{ ref('int_list_repeated_numbers') }}

),

others as materialized (

    select
        p.child_key, 2 as source_order, r.valid_from, r.sex,
        extract(year from r.birth_on)::integer as birth_year,
        {{ cohort_on('r.birth_on') }} as cohort_on, r.ethnicity,
        null::text as register_kind, r.hukou_district_code as district_code,
        r.unit_code as place_code
    from pupils as p
    inner join roll as r on p.pupil_key = r.pupil_key
    where not p.is_linked
    union all
    select child_key, 3, first_on, sex, birth_year, cohort_on, null, null, null, place_code
    from named
    where child_key is not null and outcome = 'unknown'

),

several as materialized (

    -- Children of the register with several rows of evidence: hardly any. Millions have one row,
    -- which need not be sorted to find their newest.
    select c.child_key from children as c
    inner join repeated as r on c.number_key = r.number_key
    union
    select c.child_key from children as c
    inner join (select distinct child_key from others) as o on c.child_key = o.child_key

),

evidence as (

    select
        r.child_key, 1 as source_order, r.valid_from, r.sex, r.birth_year, r.cohort_on, r.ethnicity,
        r.register_kind, r.district_code, r.place_code
    from register as r
    inner join several as s on r.child_key = s.child_key
    union all
    select * from others

),

newest as (

    select
        r.child_key, 1 as source_order, r.sex, r.birth_year, r.cohort_on, r.ethnicity,
        r.register_kind, r.district_code, r.place_code,
        r.valid_from as first_on
    from register as r
    left join several as s on r.child_key = s.child_key
    where s.child_key is null
    union all
    (
        select distinct on (child_key)
            child_key, source_order, sex, birth_year, cohort_on, ethnicity, register_kind,
            district_code, place_code,
            min(valid_from) over (partition by child_key) as first_on
        from evidence
        order by child_key, source_order, valid_from desc, place_code
    )

)

select
    n.child_key,
    n.source_order = 1 as is_on_register,
    n.sex,
    n.birth_year,
    n.cohort_on,
    n.ethnicity,
    n.register_kind,
    n.district_code,
    -- 500000: no unit of this municipality answers for the place, so the municipality does.
    coalesce(t.unit_code, u.unit_code, '500000') as home_unit_code,
    n.first_on
from newest as n
left join townships as t on n.place_code = t.township_code
left join units as u on left(n.place_code, 6) = u.unit_code
