{{ config(indexes=[{'columns': ['row_hash']}]) }}

-- The first tier for every other row that names a child: by its number, or by the roll number of a
-- pupil with whom it agrees.
with

named as (

    select * from {{ ref('int_collect_named_rows') }}

),

register as (

    select * from {{ ref('int_register_people') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

roll as (

    select * from {{ ref('stg_school__roll') }}

),

pupils as (

    select * from {{ ref('int_link_by_number') }}

),

distinct_rows as (

    select
        n.feed, n.sender, n.row_hash, n.pupil_key, n.name, n.former_name, n.sex, n.birth_on,
        n.own_key, n.place_code, n.id_number_key,
        case
            when n.id_number_state = 'valid' then coalesce(c.child_key, n.id_number_key)
        end as number_key,
        min(n.valid_from) as first_on
    from named as n
    left join corrected as c on n.id_number_key = c.id_number_key
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12

),

by_register as (

    select
        n.feed, n.sender, n.row_hash, r.child_key,
        bool_or({{ corroborates('n', 'r') }}) as is_corroborated
    from distinct_rows as n
    inner join register as r on n.number_key = r.number_key
    group by 1, 2, 3, 4

),

best as (

    select distinct on (feed, sender, row_hash) *
    from by_register
    order by feed, sender, row_hash, is_corroborated desc, child_key

),

candidates as (

    -- By roll number, or by the ID of a pupil who is not on the register.
    select n.*, p.pupil_key as candidate_pupil_key
    from distinct_rows as n
    inner join pupils as p on n.pupil_key = p.pupil_key
    union all
    select n.*, p.pupil_key as candidate_pupil_key
    from distinct_rows as n
    inner join pupils as p on n.number_key = p.number_key
    where p.child_key is null

),

by_pupil as (

    select
        n.feed, n.sender, n.row_hash,
        min(n.candidate_pupil_key::text)::uuid as pupil_key
    from candidates as n
    inner join roll as r on n.candidate_pupil_key = r.pupil_key
    where {{ corroborates('n', 'r') }}
    group by 1, 2, 3

)

select
    n.feed,
    n.sender,
    n.row_hash,
    n.first_on,
    n.sex,
    n.place_code,
    n.own_key,
    n.number_key,
    extract(year from n.birth_on)::integer as birth_year,
    {{ cohort_on('n.birth_on') }} as cohort_on,
    b.child_key as candidate_child_key,
    coalesce(b.is_corroborated, false) as is_corroborated,
    p.pupil_key as candidate_pupil_key
from distinct_rows as n
left join best as b on n.feed = b.feed and n.sender = b.sender and n.row_hash = b.row_hash
left join by_pupil as p on n.feed = p.feed and n.sender = p.sender and n.row_hash = p.row_hash
