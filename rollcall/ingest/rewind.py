"""Take deliveries back out of history, so that an earlier one can be filed before them.

Deliveries of one feed and sender are filed in the order of their receipt (`ledger.ORDER`). When one turns up that
belongs before others already filed, those are taken back, latest knowledge first, and wait to be filed again: the
tables then are the same as if it had never been late to us. Every history row names the delivery that wrote it and
the one that retired it, so this is two statements.
"""

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.ingest import ledger
from rollcall.ingest.ledger import Delivery
from rollcall.warehouse.stillness import write_history


def filed_after(conn: Connection, delivery: Delivery) -> list[Delivery]:
    """Decided deliveries of the same feed and sender that belong after this one and may depend on it."""
    later = ledger.fetch(
        conn,
        """feed = %(feed)s and sender = %(sender)s and verdict in ('accepted', 'duplicate')
            and received_at >= %(received_at)s""",
        {"feed": delivery.feed, "sender": delivery.sender, "received_at": delivery.received_at},
    )
    return [other for other in later if other.order > delivery.order]


def unfile(conn: Connection, deliveries: list[Delivery], forget: bool = False) -> None:
    """Undo the filing of these deliveries (all of one feed and sender) and set them to pending, in this transaction.

    They are marked as taken back until they are decided again: no publish may miss what they said.

    What the gate said of them is kept, and they will be filed again under it, unless `forget` asks for a new verdict.
    """
    if not deliveries:
        return
    write_history(conn)
    ids = [delivery.delivery_id for delivery in deliveries]
    history = Identifier("history", deliveries[0].feed)
    conn.execute(SQL("delete from {} where filed_by = any(%s)").format(history), (ids,))
    conn.execute(
        SQL("update {} set known_to = 'infinity', retired_by = null where retired_by = any(%s)").format(history),
        (ids,),
    )
    conn.execute(
        """update ops.delivery set verdict = 'pending', is_in_force = false, decided_at = null,
            taken_back_at = coalesce(taken_back_at, clock_timestamp())
        where delivery_id = any(%s)""",
        (ids,),
    )
    if forget:
        forget_verdict(conn, ids)
    for delivery in {other.business_date: other for other in deliveries}.values():
        ledger.mark_in_force(conn, delivery)


def forget_verdict(conn: Connection, delivery_ids: list[int]) -> None:
    """Forget what the gate said of these deliveries: they will be judged anew, or not at all."""
    for table in ("rejected_row", "rule_result", "delivery_section"):
        delete = SQL("delete from {} where delivery_id = any(%s)").format(Identifier("ops", table))
        conn.execute(delete, (delivery_ids,))
    conn.execute(
        """update ops.delivery set reasons = '[]', n_read = null, n_accepted = null, n_rejected = null
        where delivery_id = any(%s)""",
        (delivery_ids,),
    )
