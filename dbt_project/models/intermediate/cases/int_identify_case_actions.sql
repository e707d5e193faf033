{{ config(indexes=[{'columns': ['child_key']}]) }}

-- Which child each step is about: by roll number and name, by ID, by roll number, surname and birth
-- date, by a printed case number, by name and birth date. A step about nobody known keeps a row: it
-- must not be lost.
with

actions as (

    -- A platform may send a step again in a later file; the newest word counts.
    select distinct on (action_no) *
    from {{ ref('stg_school__case_action') }}
    order by action_no, business_date desc, filed_by desc

),

matched as (

    select * from {{ ref('int_match_case_actions') }}

),

pupils as not materialized (

    select * from {{ ref('int_identify_pupils') }}

),

roll as (

    select * from {{ ref('stg_school__roll') }}

),

children as not materialized (

    select * from {{ ref('int_key_children') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

old_cases as (

    select * from {{ ref('int_list_old_cases') }}

),

by_roll_number as (

    -- The number of somebody with another name is a slip of the pen, unless surname and birth date
    -- agree.
    select
        a.action_no, a.name, a.birth_on,
        min(p.child_key::text)::uuid as child_key,
        bool_or(a.name is null or {{ same_plain('k.plain', 'n.plain') }}) as is_named
    from actions as a
    inner join pupils as p on a.pupil_key = p.pupil_key
    inner join roll as r on a.pupil_key = r.pupil_key
    left join names as k on a.name = k.name
    left join names as n on r.name = n.name
    where
        a.name is null
        or {{ same_plain('k.plain', 'n.plain') }}
        or (a.birth_on = r.birth_on and k.surname = n.surname)
    group by a.action_no, a.name, a.birth_on

),

namesakes as (

    -- A twin bears the name that the step says.
    select distinct r.action_no
    from by_roll_number as r
    inner join names as k on r.name = k.name
    inner join children as c
        on r.birth_on = c.birth_on and k.sound = c.sound and r.child_key <> c.child_key
    where not r.is_named

),

by_roll_and_name as (

    select action_no, child_key from by_roll_number
    where is_named

),

by_roll_and_birth as (

    select r.action_no, r.child_key from by_roll_number as r
    left join namesakes as n on r.action_no = n.action_no
    where not r.is_named and n.action_no is null

),

-- Everybody who may have a case, under every key a number may have been printed for.
numbered as (

    select child_key, child_key as printed_key from {{ ref('int_spell_suspicions') }}
    union
    select child_key, child_key as printed_key from old_cases
    union
    select child_key, child_key as printed_key from by_roll_and_name
    union
    select child_key, child_key as printed_key from by_roll_and_birth
    union
    select child_key, child_key as printed_key from matched
    where found_by = 'id_number'

),

printed as (

    select child_key, printed_key from numbered
    union
    select n.child_key, p.pupil_key
    from numbered as n
    inner join pupils as p on n.child_key = p.child_key

),

by_case_no as (

    select a.action_no, min(p.child_key::text)::uuid as child_key
    from actions as a
    inner join printed as p
        on a.case_no = {{ case_number('p.printed_key', 'substr(a.case_no, 3, 4)') }}
    where a.case_no ~ '^DM[0-9]{4}-'
    group by a.action_no

)

select
    a.action_no,
    coalesce(
        r.child_key, i.child_key, b.child_key, c.child_key, o.child_key, n.child_key
    ) as child_key,
    case
        when r.child_key is not null then 'roll_number'
        when i.child_key is not null then 'id_number'
        when b.child_key is not null then 'roll_number'
        when c.child_key is not null then 'case_no'
        when o.child_key is not null then 'old_case_no'
        when n.child_key is not null then 'name_and_birth'
    end as found_by
from actions as a
left join by_roll_and_name as r on a.action_no = r.action_no
left join by_roll_and_birth as b on a.action_no = b.action_no
left join matched as i on a.action_no = i.action_no and i.found_by = 'id_number'
left join by_case_no as c on a.action_no = c.action_no
left join old_cases as o on a.case_no = o.old_case_no
left join matched as n on a.action_no = n.action_no and n.found_by = 'name_and_birth'
