-- Expected x actual by sender: what became of each promised delivery by the published moment, and
-- what came unasked.
with

expected as (

    select * from {{ ref('int_expect_deliveries') }}

),

deliveries as (

    select * from {{ ref('stg_ops__delivery') }}

),

placed as (

    select
        d.*,
        e.due_on
    from deliveries as d
    left join expected as e
        on d.feed = e.feed and d.sender = e.sender
            and d.business_date >= e.due_on and d.business_date < e.next_due_on

),

summed as (

    select
        feed,
        sender,
        coalesce(due_on, business_date) as due_on,
        due_on is not null as is_expected,
        count(*)::integer as n_deliveries,
        count(*) filter (where verdict = 'refused')::integer as n_refused,
        bool_or(verdict in ('pending', 'waiting')) as is_undecided,
        min(received_at) filter (where verdict in ('accepted', 'duplicate')) as accepted_at,
        min(received_at) as first_received_at,
        -- The one that speaks for the slot: the newest accepted, else the newest.
        (array_agg(
            delivery_id order by
                verdict = 'accepted' desc, is_in_force desc, revision desc,
                received_at desc, delivery_id desc
        ))[1] as delivery_id
    from placed
    group by 1, 2, 3, 4

)

select
    coalesce(e.feed, s.feed) as feed,
    coalesce(e.sender, s.sender) as sender,
    e.unit_code,
    coalesce(e.due_on, s.due_on) as due_on,
    e.feed is not null as is_expected,
    case
        when e.feed is null then 'not_applicable'
        when s.accepted_at < e.late_from then 'on_time'
        when s.accepted_at is not null then 'late'
        when s.is_undecided then 'waiting'
        when s.n_refused > 0 then 'refused'
        when e.late_from > {{ known_at() }} then 'too_early'
        when e.missing_from > {{ known_at() }} then 'overdue'
        else 'missing'
    end as state,
    coalesce(s.n_deliveries, 0) as n_deliveries,
    coalesce(s.n_refused, 0) as n_refused,
    s.accepted_at,
    s.first_received_at,
    s.delivery_id
from expected as e
full join summed as s
    on e.feed = s.feed and e.sender = s.sender and e.due_on = s.due_on and s.is_expected
