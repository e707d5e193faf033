-- What each step asks of each tier, and within how many days.
select
    step,
    tier,
    due_days,
    day_kind,
    zh,
    en,
    source
from {{ ref('seed_case_rule') }}
where in_force_from <= {{ as_of() }} and in_force_to > {{ as_of() }}
