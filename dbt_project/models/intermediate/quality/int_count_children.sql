-- Children counted once, by everything an indicator is broken down by. Outside the promise: dead,
-- moved away, finished, outside the age window.
with

children as (

    select * from {{ ref('int_describe_children') }}

)

select
    unit_code, school_code, status, is_open, sex, is_left_behind, is_migrant, is_poor, is_disabled,
    status not in ('dead', 'moved_away', 'finished', 'over_age', 'not_yet_of_age') as is_in_base,
    count(*) as n_children
from children
group by 1, 2, 3, 4, 5, 6, 7, 8, 9
