-- What an open case waits for, and since when. A watch waits for its days and for attendance to
-- show the child on enough of them, so that holidays make it longer; where attendance no longer
-- shows the child, that is what it waits for.
with

cases as (

    select * from {{ ref('int_describe_cases') }}
    where state <> 'closed'

),

watches as (

    select step, max(due_days) as n_days, max(seen_days) as n_seen
    from {{ ref('seed_case_rule') }}
    where
        step in ('watch', 'watch_again') and tier = 'school'
        and in_force_from <= {{ as_of() }} and in_force_to > {{ as_of() }}
    group by step

),

statuses as (

    select * from {{ ref('int_spell_case_statuses') }}

),

seen as (

    select * from {{ ref('int_count_seen_days') }}

),

days as (

    select * from {{ ref('int_list_unit_days') }}

),

unseen as (

    -- In the watch, and neither at a desk nor on leave today.
    select
        c.child_key,
        max(p.to_on) as since_on
    from cases as c
    inner join statuses as s
        on c.child_key = s.child_key and s.from_on <= {{ as_of() }} and s.to_on > {{ as_of() }}
            and s.event is null and s.status <> 'excused'
    inner join statuses as p
        on c.child_key = p.child_key and p.event = 'present' and p.to_on <= {{ as_of() }}
    where c.state = 'watch'
    group by c.child_key

),

stepped as (

    select
        c.*,
        u.since_on as unseen_since,
        case
            when c.state = 'suspected' and c.attendance_on is not null and c.reported_on is null
                and c.school_code is not null then 'report'
            when c.state = 'suspected' then 'verify'
            when c.state in ('dropout', 'never_enrolled') then 'persuade'
            when c.state = 'persuading' and c.ordered_on is null then 'order'
            when c.state = 'persuading' and c.penalised_on is null and c.court_on is null
                then 'penalty'
            when c.state = 'persuading' and c.court_on is null then 'court'
            when c.state = 'persuading' then 'persuade_on'
            when c.state = 'return_claimed' then 'prove_return'
            when c.state = 'watch' and u.since_on is not null then 'prove_return'
            when c.state = 'watch' and c.n_reopened > 0 then 'watch_again'
            when c.state = 'watch' then 'watch'
            when c.state = 'settled' then 'close'
            when c.state = 'lost' then 'search'
            when c.state = 'handed_over' then 'accept'
            when c.state = 'removal_pending' then 'approve'
        end as step
    from cases as c
    left join unseen as u on c.child_key = u.child_key

),

watched as (

    select
        s.child_key, w.n_days, w.n_seen,
        s.state_since + w.n_days as days_over_on,
        {{ n_seen_before('s.child_key', 's.state_since') }} + w.n_seen as n_wanted
    from stepped as s
    inner join watches as w on s.step = w.step

),

ended as (

    -- The day after the last one that is wanted, which may lie ahead.
    select
        w.child_key, w.n_days,
        greatest(
            w.days_over_on,
            (
                select d.day + 1
                from seen as n
                inner join days as d
                    on n.unit_code = d.unit_code and d.is_school_day
                        and n.first_no + w.n_wanted - n.n_before = d.school_day_no
                where n.child_key = w.child_key and n.n_before < w.n_wanted
                order by n.from_on desc
                limit 1
            )
        ) as ends_on
    from watched as w

)

select
    s.child_key,
    s.case_year,
    s.unit_code,
    s.school_code,
    case when {{ as_of() }} >= w.ends_on then 'close' else s.step end as step,
    case
        when {{ as_of() }} >= w.ends_on then w.ends_on
        -- Counted back from its end: the limit is the day on which the watch can end.
        when w.ends_on is not null then w.ends_on - w.n_days
        when s.state = 'watch' then s.unseen_since
        when s.step = 'report' then s.attendance_on
        when s.step = 'verify' then s.episode_from
        -- From the first persuasion: persuading again and again puts off no order.
        when s.step = 'order' then coalesce(s.first_persuaded_on, s.state_since)
        when s.step = 'penalty' then s.order_until
        when s.step = 'court' then s.penalised_on
        when s.step = 'search' then greatest(s.last_action_on, s.state_since)
        when s.step = 'persuade_on' then greatest(s.persuaded_on, s.court_on)
        else s.state_since
    end as step_since
from stepped as s
left join ended as w on s.child_key = w.child_key and s.state = 'watch'
