-- What a case counts as in the comparisons: pending (待核), false (误报) or true (属实). Each episode
-- is judged by how it ended or stands; a case is true if people said so of one of them, since a
-- child that left is not unsaid by a later alarm, and else what the last one is. What was removed,
-- deferred or placed without ever being verified was explained, and is no dropout either.
with

journal as (

    select * from {{ ref('int_journal_cases') }}
    where case_year is not null

),

episodes as (

    select
        child_key, case_year, episode_no,
        (array_agg(category order by seq desc))[1] as category,
        (array_agg(outcome order by seq desc) filter (where outcome is not null))[1] as outcome,
        -- The rule alone has found it; that can be wrong, and nobody has been asked.
        bool_or(
            outcome is not null
            or is_accepted and event in (
                'verify_dropout', 'verify_never_enrolled', 'old_dropout', 'old_never_enrolled',
                'old_persuading', 'old_watch', 'old_lost'
            )
        ) as is_said
    from journal
    group by child_key, case_year, episode_no

),

judged as (

    select
        *,
        case
            when outcome in ('false_alarm', 'came_back', 'accounted') then 'false'
            when category in ('dropout', 'never_enrolled') then 'true'
            when outcome in ('removed', 'deferred', 'placed') then 'false'
            when outcome is not null then 'true'
            else 'pending'
        end as verdict
    from episodes

)

select
    child_key,
    case_year,
    case
        when bool_or(verdict = 'true' and is_said) then 'true'
        else (array_agg(verdict order by episode_no desc))[1]
    end as verdict
from judged
group by child_key, case_year
