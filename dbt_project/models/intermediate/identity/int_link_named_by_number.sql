{{ config(indexes=[{'columns': ['row_hash']}]) }}

-- The first tier for every other row that names a child: by its number, or by the roll number of a
-- pupil with whom it agrees, under the same conditions as a pupil's own number.
with

named as (

    select * from {{ ref('int_key_named_rows') }}

),

judged as (

    select * from {{ ref('int_judge_named_by_number') }}

),

ranked as (

    -- A number of two people: the one who agrees more, if there is one.
    select
        j.*,
        {{ strength('j.method') }} = lead({{ strength('j.method') }}) over best as is_tied,
        row_number() over best as place
    from judged as j
    where j.pupil_key is null
    window best as (partition by j.person_key order by {{ strength('j.method') }}, j.child_key)

),

by_pupil as (

    select
        person_key,
        min(pupil_key::text)::uuid as pupil_key
    from judged
    where pupil_key is not null and method is not null
    group by person_key

)

select
    n.feed,
    n.sender,
    n.row_hash,
    n.person_key,
    n.first_on,
    n.sex,
    n.place_code,
    n.own_key,
    n.number_key,
    extract(year from n.birth_on)::integer as birth_year,
    {{ cohort_on('n.birth_on') }} as cohort_on,
    b.child_key as candidate_child_key,
    b.method is not null and not coalesce(b.is_tied, false) as is_corroborated,
    p.pupil_key as candidate_pupil_key,
    b.has_namesake
from named as n
left join ranked as b on n.person_key = b.person_key and b.place = 1
left join by_pupil as p on n.person_key = p.person_key
