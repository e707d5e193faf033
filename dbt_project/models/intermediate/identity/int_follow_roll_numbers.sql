{{ config(indexes=[{'columns': ['pupil_key'], 'unique': true}]) }}

-- Temporary roll numbers (L, J) that became formal ones (G): one pupil under two numbers, who is
-- nobody new and has left nowhere. Only where one roll replaces the one by the other.
with

roll as not materialized (

    select
        pupil_key, unit_code, school_code, left(roll_number, 1) as letter, name, sex, birth_on,
        id_number_key, id_number_state, valid_from, valid_to
    from {{ ref('stg_school__roll') }}

),

names as not materialized (

    select * from {{ ref('stg_identity__name_key') }}

),

ended as (

    select r.* from roll as r
    where
        r.letter in ('L', 'J') and r.valid_to < 'infinity'
        and not exists (
            select 1 from roll as o
            where o.pupil_key = r.pupil_key and o.valid_to > r.valid_to
        )

),

begun as (

    select distinct g.* from roll as g
    inner join ended as e
        on g.unit_code = e.unit_code and g.school_code = e.school_code
            and g.valid_from = e.valid_to
    where
        g.letter = 'G'
        and not exists (
            select 1 from roll as o
            where o.pupil_key = g.pupil_key and o.valid_from < g.valid_from
        )

),

replaced as (

    select distinct
        g.pupil_key,
        e.pupil_key as former_pupil_key
    from ended as e
    inner join begun as g
        on e.unit_code = g.unit_code and e.school_code = g.school_code
            and e.valid_to = g.valid_from
    left join names as n on e.name = n.name
    left join names as m on g.name = m.name
    where
        -- Two valid numbers that differ are two people.
        not (
            e.id_number_state = 'valid' and g.id_number_state = 'valid'
            and e.id_number_key <> g.id_number_key
        )
        and (
            (
                n.plain = m.plain and n.plain not like '%□%'
                and e.sex = g.sex and e.birth_on = g.birth_on
            )
            or (
                e.id_number_state = 'valid' and e.id_number_key = g.id_number_key
                and (
                    (n.plain = m.plain and n.plain not like '%□%')
                    or (e.sex = g.sex and e.birth_on = g.birth_on)
                )
            )
        )

),

counted as (

    select
        *,
        count(*) over (partition by pupil_key) as n_former,
        count(*) over (partition by former_pupil_key) as n_later
    from replaced

)

select
    pupil_key,
    former_pupil_key
from counted
where n_former = 1 and n_later = 1
