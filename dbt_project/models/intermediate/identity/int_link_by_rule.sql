{{ config(indexes=[{'columns': ['person_key'], 'unique': true}]) }}

-- The second tier: people whose number is unusable, by strict rules; only where one child fits one
-- person and no other, on either side. An unusable number still speaks: where it can be read, and
-- not as the child's, no rule of names links; and a name with a lost character
-- is nobody's.
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

near_numbers as (

    select
        p.person_key, p.subject, c.child_key, 'near_number_' || r.how as method, 1 as rule_order,
        false as is_contradicted
    from people as p
    inner join readings as r on p.person_key = r.person_key
    inner join children as c on r.number_key = c.number_key
    where p.plain = c.plain or p.sound = c.sound

),

refused as (

    select person_key, child_key from {{ ref('int_apply_verdicts') }}
    where verdict = 'different'

),

followed as (

    select * from {{ ref('int_follow_roll_numbers') }}

),

readable as (

    select distinct person_key from readings

),

namesakes as (

    select
        p.person_key, p.subject, c.child_key,
        -- Of a number that a spreadsheet cut, the first fifteen digits are left.
        (
            p.id_number_state = 'cut' and p.id_number ~ '^[0-9]{18}$'
            and left(p.id_number, 15) <> left(c.id_number, 15)
        )
        or (a.person_key is not null and r.person_key is null) as is_contradicted,
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

    select * from near_numbers
    union all
    select
        person_key, subject, child_key,
        case
            when is_same_name and is_same_district then 'name_birth_district'
            when is_same_name and is_same_guardian then 'name_birth_guardian'
            when n_supports >= 2 then 'sound_birth_supports'
        end as method,
        case when is_same_name then 2 else 3 end as rule_order,
        is_contradicted
    from namesakes

),

fitting as (

    -- Whom people have said it is not leaves the others to be found.
    select
        r.person_key, r.subject, r.child_key, min(r.rule_order || r.method) as first_method,
        bool_and(r.is_contradicted) as is_contradicted
    from ruled as r
    left join refused as d on r.person_key = d.person_key and r.child_key = d.child_key
    where r.method is not null and d.person_key is null
    group by r.person_key, r.subject, r.child_key

),

firsts as (

    select pupil_key, min(former_pupil_key::text) as first_key from followed
    group by pupil_key

),

counted as (

    -- A pupil under a temporary roll number and the formal one after it is one person.
    select
        f.*,
        count(*) over (partition by f.person_key) as n_children,
        min(coalesce(o.first_key, f.person_key::text)) over by_child
        = max(coalesce(o.first_key, f.person_key::text)) over by_child as is_one_person
    from fitting as f
    left join firsts as o on f.person_key = o.pupil_key
    window by_child as (partition by f.child_key, f.subject)

)

select
    person_key,
    subject,
    child_key,
    substr(first_method, 2) as method
from counted
where n_children = 1 and is_one_person and not is_contradicted
