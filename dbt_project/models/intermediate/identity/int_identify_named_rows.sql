{{ config(indexes=[{'columns': ['row_hash']}]) }}

with

named as (

    select * from {{ ref('int_collect_named_rows') }}

),

register as (

    select * from {{ ref('int_register_people') }}

),

roll as (

    select * from {{ ref('stg_school__roll') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

distinct_rows as (

    select
        feed, sender, row_hash, pupil_key, name, former_name, sex, birth_on, own_key, place_code,
        case when id_number_state = 'valid' then id_number_key end as id_number_key,
        min(valid_from) as first_on
    from named
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

),

by_register as (

    select
        n.feed, n.sender, n.row_hash, r.child_key,
        bool_or({{ corroborates('n', 'r') }}) as is_corroborated
    from distinct_rows as n
    inner join register as r on n.id_number_key = r.id_number_key
    group by 1, 2, 3, 4

),

candidates as (

    -- By roll number, or by the ID of a pupil who is not on the register.
    select n.*, p.pupil_key as candidate_pupil_key, p.child_key
    from distinct_rows as n
    inner join pupils as p on n.pupil_key = p.pupil_key
    union all
    select n.*, p.pupil_key as candidate_pupil_key, p.child_key
    from distinct_rows as n
    inner join pupils as p on n.id_number_key = p.id_number_key
    where p.outcome = 'not_on_register'

),

by_pupil as (

    select
        n.feed, n.sender, n.row_hash,
        min(n.child_key::text)::uuid as child_key
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
    extract(year from n.birth_on)::integer as birth_year,
    {{ cohort_on('n.birth_on') }} as cohort_on,
    g.child_key as candidate_child_key,
    case
        when g.is_corroborated then g.child_key
        when b.child_key is not null then b.child_key
        -- A child nobody else knows. An answer about somebody else's school makes no child, and
        -- neither does a register row whose ID belongs to a child who does not agree with it.
        when n.feed in ('placement', 'opening_case') then n.own_key
        when n.feed <> 'outside_enrolment' and g.child_key is null then n.id_number_key
    end as child_key,
    case
        when g.is_corroborated then 'register'
        when b.child_key is not null then 'pupil'
        when g.child_key is not null then 'uncorroborated'
        else 'unknown'
    end as outcome
from distinct_rows as n
left join by_register as g
    on n.feed = g.feed and n.sender = g.sender and n.row_hash = g.row_hash
left join by_pupil as b
    on n.feed = b.feed and n.sender = b.sender and n.row_hash = b.row_hash
