-- Fails the build if a rule of the verdict gives an open status and nobody has decided whether it
-- opens a case, or if an event leads a case to a state that has no name.
select r.rule
from {{ ref('seed_rule') }} as r
inner join {{ ref('seed_status') }} as s on r.status = s.status
left join {{ ref('seed_case_opening') }} as o on r.rule = o.rule
where s.is_open and o.rule is null
union all
select t.next_state
from {{ ref('seed_case_transition') }} as t
left join {{ ref('seed_case_state') }} as s on t.next_state = s.state
where s.state is null and t.next_state not in ('back', 'resume', 'verified')
