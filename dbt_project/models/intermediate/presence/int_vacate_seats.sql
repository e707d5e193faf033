-- When a child has no seat in the class whose roll it stands on: suspended, dead, deferred, exempt
-- or taught at home, by a claim that stands before presence. The class need not count it then, and
-- so cannot vouch for it.
with

away as (

    select child_key, from_on, to_on from {{ ref('int_claim_suspension') }}
    union all
    select child_key, from_on, to_on from {{ ref('int_claim_register') }}
    where rule in ('died', 'death_unconfirmed')
    union all
    select child_key, from_on, to_on from {{ ref('int_spell_placements') }}
    where rule in ('home_teaching', 'home_teaching_not_done', 'deferred', 'exempt')

)

select
    child_key,
    range_agg(daterange(from_on, to_on)) as spells
from away
where from_on < to_on
group by child_key
