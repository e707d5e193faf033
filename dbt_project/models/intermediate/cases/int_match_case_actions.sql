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

by_id as (

    -- A birth date is part of the number, so that it proves nothing without at least the surname.
    select a.action_no, min(r.child_key::text)::uuid as child_key
    from actions as a
    left join corrected as k on a.id_number_key = k.id_number_key
    inner join people as r on coalesce(k.child_key, a.id_number_key) = r.number_key
    where
        a.id_number_state = 'valid'
        and (
            {{ bare_name('a.name') }} = {{ bare_name('r.name') }}
            or {{ bare_name('a.name') }} = {{ bare_name('r.former_name') }}
            or (
                a.birth_on = r.birth_on
                and (a.name is null or {{ surname('a.name') }} = {{ surname('r.name') }})
            )
        )
    group by a.action_no
    having count(distinct r.child_key) = 1

),

by_name as (

    -- For a step without a usable number: none, an unsound one, a roll number that is on no roll.
    select a.action_no, min(r.child_key::text)::uuid as child_key
    from actions as a
    left join pupils as p on a.pupil_key = p.pupil_key
    inner join people as r
        on a.birth_on = r.birth_on and {{ bare_name('a.name') }} = {{ bare_name('r.name') }}
    where p.pupil_key is null and a.id_number_state is distinct from 'valid'
    group by a.action_no
    having count(distinct r.child_key) = 1

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
