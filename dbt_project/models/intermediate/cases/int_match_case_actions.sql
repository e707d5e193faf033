-- Steps that name a child by ID, or, where no number is usable, by name and birth date.
with

actions as (

    select distinct on (action_no) *
    from {{ ref('stg_school__case_action') }}
    order by action_no, business_date desc, filed_by desc

),

people as (

    select * from {{ ref('int_list_people') }}

),

corrected as (

    select * from {{ ref('int_correct_id_keys') }}

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

spelled as (

    -- All the ways in which the name of a step is written anywhere: one sender may write the
    -- traditional characters, another the simplified ones.
    select a.action_no, a.birth_on, n.name
    from actions as a
    inner join names as k on a.name = k.name
    inner join names as n on k.plain = n.plain

),

bearers as (

    -- Who bears the name that a step says, born on the day it says.
    select s.action_no, r.child_key
    from spelled as s
    inner join people as r on s.birth_on = r.birth_on and s.name = r.name

),

numbered as (

    -- A birth date is part of the number, so that it proves nothing without at least the surname.
    select
        a.action_no, r.child_key,
        bool_or(
            {{ same_plain('k.plain', 'n.plain') }} or {{ same_plain('k.plain', 'f.plain') }}
        ) as is_named
    from actions as a
    inner join names as k on a.name = k.name
    left join corrected as c on a.id_number_key = c.id_number_key
    inner join people as r on coalesce(c.child_key, a.id_number_key) = r.number_key
    left join names as n on r.name = n.name
    left join names as f on r.former_name = f.name
    where
        a.id_number_state = 'valid'
        and (
            {{ same_plain('k.plain', 'n.plain') }}
            or {{ same_plain('k.plain', 'f.plain') }}
            or (a.birth_on = r.birth_on and k.surname = n.surname)
        )
    group by a.action_no, r.child_key

),

by_id as (

    -- Under a twin's number the twin bears the name that the step says.
    select n.action_no, min(n.child_key::text)::uuid as child_key
    from numbered as n
    left join bearers as b on n.action_no = b.action_no and n.child_key <> b.child_key
    where coalesce(n.is_named, false) or b.action_no is null
    group by n.action_no
    having count(distinct n.child_key) = 1

),

by_name as (

    -- For a step without a usable number: none, an unsound one, a roll number that is on no roll.
    -- A name with a lost character is nobody's, not even its own.
    select a.action_no, min(b.child_key::text)::uuid as child_key
    from actions as a
    left join pupils as p on a.pupil_key = p.pupil_key
    inner join bearers as b on a.action_no = b.action_no
    inner join names as k on a.name = k.name
    where
        p.pupil_key is null and a.id_number_state is distinct from 'valid'
        and {{ same_plain('k.plain', 'k.plain') }}
    group by a.action_no
    having count(distinct b.child_key) = 1

)

select
    action_no,
    child_key,
    'id_number' as found_by
from by_id
union all
select
    action_no,
    child_key,
    'name_and_birth' as found_by
from by_name
