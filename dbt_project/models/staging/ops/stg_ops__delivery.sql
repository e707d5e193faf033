-- What the ledger said at the published moment, not what it says now: a delivery that was received
-- but could not be judged yet, because a feed to judge it by had not come, was waiting; and which
-- of several for one business date is in force is a matter of what had come by then.
with

source as (

    select * from {{ source('ops', 'delivery') }}

),

feeds as (

    select feed, reference_feeds from {{ ref('seed_feed') }}
    where reference_feeds is not null

),

judged as (

    select d.delivery_id, max(r.first_at) as judged_from
    from source as d
    inner join feeds as f on d.feed = f.feed
    cross join
        lateral (
            select min(s.received_at) as first_at
            from source as s
            where
                s.feed = any(string_to_array(f.reference_feeds, ' ')) and s.sender = d.sender
                and s.business_date <= d.business_date and s.verdict = 'accepted'
            group by s.feed
        ) as r
    where d.received_at <= {{ known_at() }} and d.verdict in ('accepted', 'refused', 'duplicate')
    group by d.delivery_id

),

known as (

    select
        d.*,
        case
            when
                j.judged_from > {{ known_at() }}
                -- These are refused before the file is opened, whatever else has come.
                and not exists (
                    select 1 from jsonb_array_elements(d.reasons) as r (reason)
                    where
                        r.reason ->> 'rule' in (
                            'unknown_feed', 'no_business_date', 'manifest_mismatch',
                            'manifest_unreadable'
                        )
                ) then 'waiting'
            else d.verdict
        end as verdict_then
    from source as d
    left join judged as j on d.delivery_id = j.delivery_id
    where d.received_at <= {{ known_at() }} and d.business_date <= {{ as_of() }}

),

renamed as (

    select
        ---------- ids
        delivery_id,
        feed,
        sender,
        ---------- flags
        verdict_then = 'accepted' and row_number() over (
            partition by feed, sender, business_date
            order by
                verdict_then = 'accepted' desc, revision desc, received_at desc, sha256 desc,
                delivery_id desc
        ) = 1 as is_in_force,
        ---------- numerics
        revision,
        n_bytes,
        case when verdict_then = verdict then n_read end as n_read,
        case when verdict_then = verdict then n_accepted end as n_accepted,
        case when verdict_then = verdict then n_rejected end as n_rejected,
        case when verdict_then = verdict then jsonb_array_length(reasons) else 1 end as n_reasons,
        ---------- texts
        verdict_then as verdict,
        ---------- dates
        business_date,
        ---------- times
        received_at

    from known

)

select * from renamed
