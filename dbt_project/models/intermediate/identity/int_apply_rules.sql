{{ config(materialized='view') }}

-- The strict rules: which children each person whose number is unusable fits. An unusable number
-- still speaks: where it can be read, and not as the child's, no rule of names links; and a name
-- with a lost character is nobody's.
with

people as (

    select * from {{ ref('int_key_unlinked') }}
    where id_number_state <> 'valid' and plain not like '%□%'

),

children as not materialized (

    select * from {{ ref('int_key_children') }}

),

readings as (

    select * from {{ ref('int_read_numbers') }}

),

readable as (

    select distinct person_key from readings

),

namesakes as (

    select
        p.person_key, p.subject, c.child_key,
        -- Of a number that a spreadsheet cut, the first fifteen digits can be read, whether or not
        -- a child's begins with them.
        r.person_key is null
        and (
            a.person_key is not null
            or (p.id_number_state = 'cut' and p.id_number ~ '^[0-9]{18}$')
        ) as is_contradicted,
        p.plain = c.plain as is_same_name,
        coalesce(p.district_code = c.district_code, false) as is_same_district,
        coalesce(p.guardian_phone = c.guardian_phone, false)
        or coalesce(p.guardian_name = c.guardian_name, false) as is_same_guardian,
        coalesce(p.district_code = c.district_code, false)::integer
        + coalesce(p.township_code = c.township_code, false)::integer
        + coalesce(p.guardian_phone = c.guardian_phone, false)::integer
        + coalesce(p.guardian_name = c.guardian_name, false)::integer as n_supports
    from people as p
    inner join children as c
        on p.sound = c.sound and p.birth_on = c.birth_on and p.sex = c.sex
    left join readable as a on p.person_key = a.person_key
    left join readings as r on p.person_key = r.person_key and c.number_key = r.number_key

),

ruled as (

    select
        p.person_key, p.subject, c.child_key, 'near_number_' || r.how as method, 1 as rule_order,
        false as is_contradicted, p.plain <> c.plain as is_by_sound
    from people as p
    inner join readings as r on p.person_key = r.person_key
    inner join children as c on r.number_key = c.number_key
    -- The digits cut off are those that tell the children of one day and place apart.
    where r.how <> 'cut' and (p.plain = c.plain or p.sound = c.sound)
    union all
    select
        person_key, subject, child_key,
        case
            when is_same_name and is_same_district then 'name_birth_district'
            when is_same_name and is_same_guardian then 'name_birth_guardian'
            when n_supports >= 2 then 'sound_birth_supports'
        end as method,
        case when is_same_name then 2 else 3 end as rule_order,
        is_contradicted, not is_same_name as is_by_sound
    from namesakes

)

select
    person_key,
    subject,
    child_key,
    method,
    rule_order,
    is_contradicted,
    is_by_sound
from ruled
where method is not null
