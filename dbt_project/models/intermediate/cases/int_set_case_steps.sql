-- What an open case waits for, and since when.
with

cases as (

    select * from {{ ref('int_describe_cases') }}
    where state <> 'closed'

),

watches as (

    select step, max(due_days) as n_days
    from {{ ref('seed_case_rule') }}
    where
        step in ('watch', 'watch_again') and tier = 'school'
        and in_force_from <= {{ as_of() }} and in_force_to > {{ as_of() }}
    group by step

),

stepped as (

    select
        c.*,
        case
            when c.state = 'suspected' and c.channel = 'attendance' and c.reported_on is null
                and c.school_code is not null then 'report'
            when c.state = 'suspected' then 'verify'
            when c.state in ('dropout', 'never_enrolled') then 'persuade'
            when c.state = 'persuading' and c.ordered_on is null then 'order'
            when c.state = 'persuading' and c.penalised_on is null and c.court_on is null
                then 'penalty'
            when c.state = 'persuading' and c.court_on is null then 'court'
            when c.state = 'persuading' then 'persuade_on'
            when c.state = 'return_claimed' then 'prove_return'
            when c.state = 'watch' and c.n_reopened > 0 then 'watch_again'
            when c.state = 'watch' then 'watch'
            when c.state = 'settled' then 'close'
            when c.state = 'lost' then 'search'
            when c.state = 'handed_over' then 'accept'
            when c.state = 'removal_pending' then 'approve'
        end as step
    from cases as c

)

select
    s.child_key,
    s.case_year,
    s.unit_code,
    s.school_code,
    case when {{ as_of() }} >= s.state_since + w.n_days then 'close' else s.step end as step,
    case
        when {{ as_of() }} >= s.state_since + w.n_days then s.state_since + w.n_days
        when s.step in ('report', 'verify') then s.episode_from
        when s.step = 'order' then coalesce(s.persuaded_on, s.state_since)
        when s.step = 'penalty' then s.order_until
        when s.step = 'court' then s.penalised_on
        when s.step = 'search' then greatest(s.last_action_on, s.state_since)
        when s.step = 'persuade_on' then greatest(s.persuaded_on, s.court_on)
        else s.state_since
    end as step_since
from stepped as s
left join watches as w on s.step = w.step
