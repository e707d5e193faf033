-- How often each case, verified, was closed with the child back at school or in an accepted place,
-- and how often that was tried: those closings, and the verified episode that is still open. A
-- verdict called a false alarm, and a child removed or deferred, was nobody to bring back.
with

journal as (

    select * from {{ ref('int_journal_cases') }}
    where is_accepted and case_year is not null

),

episodes as (

    select
        child_key, case_year, episode_no,
        (array_agg(outcome order by seq desc) filter (where outcome is not null))[1] as outcome,
        (array_agg(state order by seq desc))[1] <> 'closed' as is_open,
        (array_agg(kind order by seq desc))[1] <> 'suspected' as is_verified,
        row_number() over (partition by child_key, case_year order by episode_no desc) = 1
            as is_last
    from journal
    group by child_key, case_year, episode_no

)

select
    child_key,
    case_year,
    count(*) filter (where not is_open and outcome in ('returned', 'placed')) as n_returned,
    count(*) filter (
        where not is_open and outcome in ('returned', 'placed') or is_open and is_last
    ) as n_pursued
from episodes
where is_verified
group by child_key, case_year
