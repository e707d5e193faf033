-- The first roll each unit has delivered. Before the first of all nobody could be found, and no
-- status is given.
with

roll as (

    select * from {{ ref('stg_school__roll') }}

)

select
    unit_code,
    min(valid_from) as from_on
from roll
group by unit_code
