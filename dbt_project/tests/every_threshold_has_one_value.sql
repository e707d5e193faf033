-- Fails the build if a threshold has no value on the published date, or two: without a value every
-- comparison with it is unknown, and a child could pass for present.
select t.threshold
from {{ ref('seed_threshold') }} as t
group by t.threshold
having
    count(*) filter (
        where t.in_force_from <= {{ as_of() }} and t.in_force_to > {{ as_of() }}
    ) <> 1
