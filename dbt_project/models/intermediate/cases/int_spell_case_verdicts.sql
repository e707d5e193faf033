{{ config(indexes=[{'columns': ['child_key', 'from_on']}]) }}

-- How long the ledger holds a child for a dropout, or for one who never enrolled: from the event
-- that verified it to the one that leads the case to a state in which this no longer stands. A
-- relapse in the watch is a suspicion until somebody verifies it, or the days of the rule are full.
-- A claimed return leaves it: attendance, not a claim, shows that the child is no longer out.
with

walked as (

    select * from {{ ref('int_walk_cases') }}
    where is_accepted

),

events as (

    select * from {{ ref('int_list_case_events') }}

),

states as (

    select * from {{ ref('seed_case_state') }}

),

stepped as (

    select
        w.child_key, w.seq, w.kind, e.on_date, e.evidence, s.keeps_verdict,
        e.event in (
            'verify_dropout', 'verify_never_enrolled', 'dropout_due', 'old_dropout',
            'old_never_enrolled', 'old_persuading', 'old_lost'
        ) as is_verifying,
        lead(e.on_date, 1, 'infinity') over by_child as next_on,
        sum((not s.keeps_verdict)::integer) over by_child as stretch_no
    from walked as w
    inner join events as e on w.child_key = e.child_key and w.seq = e.seq
    inner join states as s on w.state = s.state
    window by_child as (partition by w.child_key order by w.seq)

),

standing as (

    -- The word that verified the child, carried on until the stretch ends.
    select
        *,
        max(seq) filter (where is_verifying) over (
            partition by child_key, stretch_no order by seq
        ) as verified_seq
    from stepped
    where keeps_verdict

)

select
    s.child_key,
    case s.kind when 'dropout' then 'dropout_verified' else 'never_enrolled_verified' end as rule,
    s.on_date as from_on,
    s.next_on as to_on,
    v.evidence
from standing as s
inner join stepped as v on s.child_key = v.child_key and s.verified_seq = v.seq
where s.on_date < s.next_on and s.kind <> 'suspected'
