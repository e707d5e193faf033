{{ config(materialized='view') }}

-- Who the children on the ledger are, for those who must knock on a door: read by the logged
-- export and for the masks. A view: names are stored nowhere but in history.
with

concerned as (

    select distinct child_key from {{ ref('int_describe_cases') }}

),

register as (

    select distinct on (r.child_key) r.*
    from concerned as c
    inner join {{ ref('int_register_people') }} as r on c.child_key = r.child_key
    order by r.child_key, r.valid_from desc

),

roll as (

    select distinct on (c.child_key) c.child_key, r.*
    from concerned as c
    inner join {{ ref('int_identify_pupils') }} as p on c.child_key = p.child_key
    inner join {{ ref('stg_school__roll') }} as r on p.pupil_key = r.pupil_key
    order by c.child_key, r.valid_from desc

),

named as (

    select distinct on (c.child_key)
        c.child_key, o.name, o.sex, o.birth_on, o.id_number
    from concerned as c
    inner join {{ ref('int_identify_named_rows') }} as n
        on c.child_key = n.child_key and n.feed = 'opening_case'
    inner join {{ ref('stg_school__opening_case') }} as o
        on n.row_hash = o.row_hash and n.sender = o.sender
    order by c.child_key, o.valid_from desc

)

select
    c.child_key,
    coalesce(g.name, r.name, n.name) as name,
    coalesce(g.sex, r.sex, n.sex) as sex,
    coalesce(g.birth_on, r.birth_on, n.birth_on) as birth_on,
    coalesce(g.id_number, r.id_number, n.id_number) as id_number,
    r.roll_number,
    r.grade,
    r.class_no,
    coalesce(g.guardian_name, r.guardian_name) as guardian_name,
    coalesce(g.guardian_phone, r.guardian_phone) as guardian_phone,
    g.township_code,
    g.village
from concerned as c
left join register as g on c.child_key = g.child_key
left join roll as r on c.child_key = r.child_key
left join named as n on c.child_key = n.child_key
