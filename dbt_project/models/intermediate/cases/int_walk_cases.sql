{{ config(indexes=[{'columns': ['child_key', 'seq'], 'unique': true}]) }}

-- The case's way through its states, one event after the other, by seed_case_transition. An event
-- that the state does not allow leaves it as it is. 'back', 'verified' and 'resume' are places
-- that depend on what the case has been verified as.
with recursive

events as (

    select * from {{ ref('int_list_case_events') }}

),

transitions as (

    select * from {{ ref('seed_case_transition') }}

),

watches as (

    select
        max(due_days) filter (where step = 'watch') as n_days,
        max(due_days) filter (where step = 'watch_again') as n_days_again,
        max(seen_days) filter (where step = 'watch') as n_seen,
        max(seen_days) filter (where step = 'watch_again') as n_seen_again
    from {{ ref('seed_case_rule') }}
    where tier = 'school' and in_force_from <= {{ as_of() }} and in_force_to > {{ as_of() }}

),

walked as (

    select
        child_key, 0 as seq, null::text as state_before, 'none' as state, 'suspected' as kind,
        null::text as refusal, false as is_accepted, null::integer as case_year,
        0 as episode_no, null::date as episode_from, null::date as state_since,
        null::integer as n_seen_at_watch, 0 as n_returned, false as is_back_at_end,
        false as is_disputed, null::text as handed_by,
        null::text as unit_code, null::text as school_code, null::text as category,
        null::text as channel, null::text as opening_evidence
    from events
    where seq = 1
    union all
    select
        w.child_key, e.seq, w.state as state_before, n.state, n.kind, n.refusal, n.is_accepted,
        n.case_year,
        -- Counted on from one school year's case to the next: who left before is watched longer.
        case when n.is_opening or n.is_falling_back then w.episode_no + 1 else w.episode_no end,
        case when n.is_opening or n.is_falling_back then e.on_date else w.episode_from end,
        case when n.state <> w.state then e.on_date else w.state_since end,
        case
            when n.state = 'watch' and w.state <> 'watch' then e.n_seen else w.n_seen_at_watch
        end,
        w.n_returned
        + (n.is_falling_back or n.is_opening and w.is_back_at_end)::integer,
        -- What is called a false alarm afterwards was no return.
        case
            when not n.is_accepted or n.state <> 'closed' then w.is_back_at_end
            when w.state = 'closed' then w.is_back_at_end and e.event = 'return_claimed'
            else
                e.event = 'present'
                or e.event = 'close' and coalesce(e.outcome in ('returned', 'placed'), false)
        end,
        n.is_accepted and coalesce(e.is_against_presence, false)
        or w.is_disputed and not (n.is_opening or n.is_falling_back),
        case when n.is_accepted and e.event = 'hand_over' then e.unit_code else w.handed_by end,
        -- A case belongs to the unit that has the child, whoever spoke first.
        case
            when n.is_opening then coalesce(e.case_unit_code, e.unit_code)
            when n.is_taken_over then e.unit_code
            else w.unit_code
        end,
        case
            when n.is_opening and e.case_unit_code is not null then e.case_school_code
            when n.is_opening or n.is_taken_over then e.school_code
            else w.school_code
        end,
        case
            when not n.is_accepted then w.category
            when n.kind <> 'suspected' then n.kind
            when n.is_opening then coalesce(e.category, 'suspected_dropout')
            else w.category
        end,
        case when n.is_opening or n.is_falling_back then e.channel else w.channel end,
        case when n.is_opening then e.evidence else w.opening_evidence end
    from walked as w
    inner join events as e on w.child_key = e.child_key and w.seq + 1 = e.seq
    cross join watches as t
    left join transitions as x on w.state = x.state and e.event = x.event
    cross join
        lateral (
            select
                {{ why_refused() }} as refusal
        ) as r
    cross join
        lateral (
            select
                case
                    when r.refusal is not null then w.state
                    when x.next_state = 'return_claimed' and w.is_disputed
                        and w.kind = 'suspected' then 'suspected'
                    when x.next_state = 'back' and w.kind = 'suspected' then 'closed'
                    when x.next_state = 'back' then 'watch'
                    when x.next_state = 'resume' and w.kind = 'suspected' then 'suspected'
                    when x.next_state = 'resume' then 'persuading'
                    when x.next_state = 'verified' then w.kind
                    else x.next_state
                end as state,
                case
                    when r.refusal is null then coalesce(x.next_kind, w.kind)
                    else w.kind
                end as kind,
                {{ school_year('e.on_date') }} as this_year
        ) as s
    cross join
        lateral (
            select
                w.state in ('none', 'closed') and s.state not in ('none', 'closed') as is_opening,
                w.state = 'watch'
                and s.state in ('suspected', 'dropout', 'never_enrolled', 'lost') as is_falling_back
        ) as m
    cross join
        lateral (
            select
                s.state, s.kind, m.is_opening, m.is_falling_back,
                r.refusal, r.refusal is null as is_accepted,
                -- Reopened, or in another school year another case.
                case when m.is_opening then s.this_year else w.case_year end as case_year,
                -- The unit that has the child at a desk, or takes the case over, owns it from then.
                r.refusal is null and e.event in ('present', 'accept') as is_taken_over
        ) as n

)

select * from walked
where seq > 0
