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

bearers as (

    -- Who bears the name that a step says, born on the day it says.
    select a.action_no, r.child_key
    from actions as a
    inner join people as r
        on a.birth_on = r.birth_on and {{ bare_name('a.name') }} = {{ bare_name('r.name') }}

),

numbered as (

    -- A birth date is part of the number, so that it proves nothing without at least the surname.
    select
        a.action_no, r.child_key,
        bool_or(
            {{ same_name('a.name', 'r.name') }} or {{ same_name('a.name', 'r.former_name') }}
        ) as is_named
    from actions as a
    left join corrected as k on a.id_number_key = k.id_number_key
    inner join people as r on coalesce(k.child_key, a.id_number_key) = r.number_key
    where
        a.id_number_state = 'valid'
        and (
            {{ same_name('a.name', 'r.name') }}
            or {{ same_name('a.name', 'r.former_name') }}
            or (a.birth_on = r.birth_on and {{ surname('a.name') }} = {{ surname('r.name') }})
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
    where
        p.pupil_key is null and a.id_number_state is distinct from 'valid'
        and {{ same_name('a.name', 'a.name') }}
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
