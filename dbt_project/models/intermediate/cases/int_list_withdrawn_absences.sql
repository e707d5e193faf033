-- Unexplained absences that were once believed, were withdrawn by a corrected file, and are not in
-- it again.
with

withdrawn as (

    select * from {{ ref('stg_school__absence_withdrawn') }}
    where absence_kind in ('truant', 'unknown')

),

believed as (

    select * from {{ ref('stg_school__absence') }}
    where absence_kind in ('truant', 'unknown')

),

pupils as (

    select * from {{ ref('int_identify_pupils') }}

)

select
    p.child_key,
    w.day,
    max(w.withdrawn_on) as withdrawn_on
from withdrawn as w
inner join pupils as p on w.pupil_key = p.pupil_key
where
    not exists (
        select 1 from believed as b
        where b.pupil_key = w.pupil_key and b.day = w.day
    )
group by p.child_key, w.day
