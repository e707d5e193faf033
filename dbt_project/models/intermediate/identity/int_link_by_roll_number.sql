-- Pupils whom no number identifies, but whose other roll number's pupil one does.
with

followed as (

    select * from {{ ref('int_follow_roll_numbers') }}

),

pupils as not materialized (

    select pupil_key, child_key, method from {{ ref('int_link_by_number') }}

),

either_way as (

    select
        former_pupil_key as person_key,
        pupil_key as identified_key
    from followed
    union all
    select
        pupil_key as person_key,
        former_pupil_key as identified_key
    from followed

)

select
    e.person_key,
    i.child_key
from either_way as e
inner join pupils as p on e.person_key = p.pupil_key and p.method is null
inner join pupils as i on e.identified_key = i.pupil_key and i.method is not null
