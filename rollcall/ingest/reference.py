"""The deliveries a verdict may look at: reference feeds of the same sender, of a business date not after its own."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection

from rollcall.contracts.model import Contract
from rollcall.ingest.ledger import Delivery


@dataclass(frozen=True)
class Reference:
    """`missing` names a reference feed that has not come; else `known_at` is the knowledge the gate looks with.

    It looks with what was known when the delivery was received or, if its reference came later, when that came:
    so the verdict does not depend on when our processes ran.
    """

    missing: str | None
    known_at: datetime


def reference_of(conn: Connection, contract: Contract, delivery: Delivery) -> Reference:
    known_at = delivery.received_at
    for feed in contract.references:
        first, n_undecided = conn.execute(
            """select min(received_at) filter (where verdict = 'accepted'),
                count(*) filter (where verdict in ('pending', 'waiting'))
            from ops.delivery
            where feed = %s and sender = %s and business_date <= %s""",
            (feed, delivery.sender, delivery.business_date),
        ).fetchone()
        if first is None or n_undecided:
            return Reference(feed, known_at)
        known_at = max(known_at, first)
    return Reference(None, known_at)


def believed_from(conn: Connection, contract: Contract, delivery: Delivery, reference: Reference) -> datetime:
    """From when on what a delivery says is known: it was received, and could be judged. Never before what is filed
    already of this feed and sender, on which it rests.
    """
    if not contract.references:
        return reference.known_at
    (latest,) = conn.execute(
        """select max(r.first_at)
        from ops.delivery as d
        cross join lateral (
            select min(s.received_at) as first_at from ops.delivery as s
            where s.feed = any(%(references)s) and s.sender = d.sender and s.business_date <= d.business_date
                and s.verdict = 'accepted'
            group by s.feed
        ) as r
        where d.feed = %(feed)s and d.sender = %(sender)s and d.verdict = 'accepted'""",
        {"references": list(contract.references), "feed": delivery.feed, "sender": delivery.sender},
    ).fetchone()
    return max(reference.known_at, latest or reference.known_at)
