{#- What is joined was just made and has no statistics: it would be taken for a few rows. -#}
{{
    config(
        indexes=[{'columns': ['child_key'], 'unique': true}],
        pre_hook="set local enable_nestloop = off",
    )
}}

-- One name, sex, birthday and guardian's telephone under two numbers: one child registered twice,
-- it seems (not where a character is lost: twins may both be 王□). One of them stands for the child,
-- the one that is on a roll if any is; none is merged.
with

children as not materialized (

    select * from {{ ref('int_key_children') }}
    where is_current and guardian_phone is not null and plain not like '%□%'

),

pupils as not materialized (

    select child_key from {{ ref('int_identify_pupils') }}
    where is_linked

),

twice as materialized (

    select plain, sex, birth_on, guardian_phone from children
    group by plain, sex, birth_on, guardian_phone
    having count(*) > 1

),

telephones as (

    select distinct guardian_phone from twice

),

alike as materialized (

    -- By one column first, which is known to be distinct: else the whole register is put into
    -- memory to look the few up in it.
    select c.child_key, c.plain, c.sex, c.birth_on, c.guardian_phone
    from children as c
    inner join telephones as p on c.guardian_phone = p.guardian_phone
    inner join twice as t
        on c.plain = t.plain and c.sex = t.sex and c.birth_on = t.birth_on
            and c.guardian_phone = t.guardian_phone

),

enrolled as (

    select distinct p.child_key from pupils as p
    inner join alike as a on p.child_key = a.child_key

),

paired as (

    select a.*, e.child_key is not null as is_enrolled
    from alike as a
    left join enrolled as e on a.child_key = e.child_key

)

select
    child_key,
    first_value(child_key) over same_child as standing_key,
    is_enrolled,
    not is_enrolled and row_number() over same_child > 1 as is_surplus
from paired
window
    same_child as (
        partition by plain, sex, birth_on, guardian_phone
        order by is_enrolled desc, child_key
    )
