{{ config(indexes=[{'columns': ['pupil_key']}]) }}

with

roll as not materialized (

    select * from {{ ref('stg_school__roll') }}

),

register as (

    select * from {{ ref('int_register_people') }}

),

pupils as (

    select pupil_key from roll
    group by pupil_key

),

evidence as (

    -- The newest row with a usable ID speaks for the pupil; a later unusable one does not undo it.
    select distinct on (pupil_key) *
    from roll
    where id_number_state = 'valid'
    order by pupil_key, valid_from desc, unit_code

),

compared as (

    select
        e.pupil_key,
        r.child_key,
        bool_or({{ corroborates('e', 'r') }}) as is_corroborated
    from evidence as e
    inner join register as r on e.id_number_key = r.id_number_key
    group by e.pupil_key, r.child_key

)

select
    p.pupil_key,
    e.id_number_key,
    c.child_key as candidate_child_key,
    coalesce(c.is_corroborated, false) as is_linked,
    case when c.is_corroborated then c.child_key else p.pupil_key end as child_key,
    case
        when e.pupil_key is null then 'no_valid_id'
        when c.child_key is null then 'not_on_register'
        when c.is_corroborated then 'linked'
        else 'uncorroborated'
    end as outcome,
    e.valid_from as evidence_from,
    -- What a person's verdict would rest on: this pupil, with this ID, beside this child.
    md5(concat_ws('|', p.pupil_key, e.id_number_key, c.child_key)) as evidence_hash
from pupils as p
left join evidence as e on p.pupil_key = e.pupil_key
left join compared as c on p.pupil_key = c.pupil_key
