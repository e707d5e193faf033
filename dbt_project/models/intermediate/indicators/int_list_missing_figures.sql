-- Figures of units that are not known, and why, where the indicator as such is. Nine-year
-- retention: a school of the base that no unit ever listed, closed before the first list came, may
-- have been any unit's, whose entrants it would lack. One without entrants or transfers takes
-- nothing away.
with

unlisted as (

    select count(*) as n_rows from {{ ref('int_follow_base') }}
    where is_of_unit and not is_listed and (n_entrants <> 0 or n_net <> 0)

),

units as (

    select * from {{ ref('seed_unit') }}

)

select
    u.unit_code,
    'nine_year_retention' as indicator,
    'unit_of_school' as missing
from units as u
cross join unlisted as l
where l.n_rows > 0
