"""File archived deliveries again: under their recorded verdicts (`replay`), or judged anew (`regate`)."""

from datetime import date

from psycopg import Connection
from psycopg.types.json import Jsonb

from rollcall.ingest import ledger, rewind
from rollcall.ingest.alone import alone
from rollcall.ingest.deliver import Outcome, deliver
from rollcall.ingest.ledger import UNOPENED, Delivery
from rollcall.warehouse.connect import connect
from rollcall.warehouse.stillness import write_history


def replay(
    feed: str, sender: str | None = None, from_: date | None = None, to: date | None = None, regate: bool = False
) -> list[Outcome]:
    """Take the deliveries of a feed from `from_` to `to` back out of history and file them again from the archive.

    Deliveries known later than the first of them are filed again too: what they wrote rests on it. Refused ones
    stay refused, unless `regate` asks for a new judgement (after a rule or a contract was changed). What an
    interruption leaves out of history is filed by the next ingest, and nothing is published before.
    """
    redo: list[int] = []
    with connect("pipeline", autocommit=True) as conn:
        senders = [sender] if sender else sorted({d.sender for d in _chosen(conn, feed, None, from_, to)})
        for one in senders:
            with alone(conn, feed, one), conn.transaction():
                write_history(conn)
                again = _resting_on(conn, _chosen(conn, feed, one, from_, to), regate)
                rewind.unfile(conn, again, forget=regate)
            redo += [delivery.delivery_id for delivery in again]
    return deliver(redo)


def _chosen(conn: Connection, feed: str, sender: str | None, from_: date | None, to: date | None) -> list[Delivery]:
    return ledger.fetch(
        conn,
        """feed = %(feed)s and verdict in ('accepted', 'duplicate', 'refused')
            and (%(sender)s::text is null or sender = %(sender)s)
            and (%(from)s::date is null or business_date >= %(from)s)
            and (%(to)s::date is null or business_date <= %(to)s)
            and not jsonb_path_exists(reasons, '$[*].rule ? (@ == $rules[*])', %(inbox)s)""",
        {"inbox": Jsonb({"rules": UNOPENED}), "feed": feed, "sender": sender, "from": from_, "to": to},
    )


def _resting_on(conn: Connection, chosen: list[Delivery], regate: bool) -> list[Delivery]:
    """These deliveries of one sender, and all that were filed after the first of them, in order."""
    chosen = [delivery for delivery in chosen if regate or delivery.verdict != "refused"]
    if not chosen:
        return []
    again = [*chosen, *rewind.filed_after(conn, chosen[0])]
    return sorted({delivery.delivery_id: delivery for delivery in again}.values(), key=lambda d: d.order)
