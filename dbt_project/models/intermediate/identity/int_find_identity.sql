-- What is odd about identity, by kind: for people to look into, whoever is linked to whom.
with

pupils as not materialized (

    select * from {{ ref('int_identify_pupils') }}

),

spells as not materialized (

    select child_key, pupil_key from {{ ref('int_spell_enrolments') }}
    where from_on <= {{ as_of() }} and to_on > {{ as_of() }}

),

gone as (

    -- Who has come back, or is listed anew, is not gone; nor is who has a death that was another's.
    select
        child_key,
        case when rule = 'died' then 'death' else 'moving_away' end as what,
        max(from_on) as changed_on
    from {{ ref('int_claim_register') }}
    where rule in ('died', 'moved_away') and to_on > {{ as_of() }}
    group by 1, 2

),

busy as (

    -- Children of several spells: few, and only of them it is asked whether they are of several
    -- pupils.
    select child_key from spells
    group by child_key
    having count(*) > 1

),

several as (

    select s.child_key from spells as s
    inner join busy as b on s.child_key = b.child_key
    group by s.child_key
    having count(distinct s.pupil_key) > 1

),

numbers as (

    select number_key from pupils
    where number_key is not null
    group by number_key
    having count(*) > 1

),

odd_pupils as materialized (

    -- Of millions only those of whom anything below could be said.
    select
        p.pupil_key, p.child_key, p.number_key, p.candidate_child_key, p.is_linked, p.outcome
    from pupils as p
    left join several as s on p.child_key = s.child_key
    left join numbers as n on p.number_key = n.number_key
    left join (select distinct child_key from gone) as g on p.child_key = g.child_key
    where
        s.child_key is not null or n.number_key is not null or g.child_key is not null
        or (p.candidate_child_key is not null and p.candidate_child_key <> p.child_key)
        or (not p.is_linked and p.outcome <> 'in_review')

),

current_keys as (

    select distinct s.child_key, s.pupil_key from spells as s
    inner join odd_pupils as p on s.pupil_key = p.pupil_key

),

current_pupils as materialized (

    select p.* from odd_pupils as p
    inner join current_keys as k on p.pupil_key = k.pupil_key

),

repeated_numbers as (

    select number_key from current_pupils
    where number_key is not null
    group by number_key
    having count(*) > 1

),

shared_numbers as (

    select p.number_key
    from current_pupils as p
    inner join repeated_numbers as r on p.number_key = r.number_key
    group by p.number_key
    having count(distinct p.child_key) > 1

)

select 'several_enrolments' as kind, p.child_key, p.pupil_key
from current_pupils as p
inner join several as s on p.child_key = s.child_key
union all
select 'number_of_several', p.child_key, p.pupil_key
from current_pupils as p
inner join shared_numbers as s on p.number_key = s.number_key
union all
select 'number_of_another', p.child_key, p.pupil_key
from current_pupils as p
where p.candidate_child_key is not null and p.candidate_child_key <> p.child_key
union all
select 'unknown_to_police', p.child_key, p.pupil_key
from current_pupils as p
where not p.is_linked and p.outcome <> 'in_review'
union all
select 'on_roll_after_' || g.what, p.child_key, p.pupil_key
from current_pupils as p
inner join gone as g on p.child_key = g.child_key and g.changed_on < {{ as_of() }}
union all
select 'number_of_two_on_register', s.child_key, null
from {{ ref('int_split_shared_numbers') }} as s
union all
select 'registered_twice', r.child_key, null
from {{ ref('int_pair_registrations') }} as r
