"""File archived deliveries again: under their recorded verdicts (`replay`), or judged anew (`regate`)."""

from datetime import date

from psycopg.types.json import Jsonb

from rollcall.ingest import ledger, rewind
from rollcall.ingest.deliver import Outcome, alone, deliver
from rollcall.ingest.inbox import INBOX_RULES
from rollcall.warehouse.connect import connect


def replay(
    feed: str, sender: str | None = None, from_: date | None = None, to: date | None = None, regate: bool = False
) -> list[Outcome]:
    """Take the deliveries of a feed from `from_` to `to` back out of history and file them again from the archive.

    Deliveries known later than the first of them are filed again too: what they wrote rests on it. Refused ones
    stay refused, unless `regate` asks for a new judgement (after a rule or a contract was changed).
    """
    redo: list[int] = []
    with connect("pipeline") as conn:
        chosen = ledger.fetch(
            conn,
            """feed = %(feed)s and verdict in ('accepted', 'duplicate', 'refused')
                and (%(sender)s::text is null or sender = %(sender)s)
                and (%(from)s::date is null or business_date >= %(from)s)
                and (%(to)s::date is null or business_date <= %(to)s)
                and not jsonb_path_exists(reasons, '$[*].rule ? (@ == $rules[*])', %(inbox)s)""",
            {"inbox": Jsonb({"rules": INBOX_RULES}), "feed": feed, "sender": sender, "from": from_, "to": to},
        )
        first = {}
        for delivery in chosen:
            if regate or delivery.verdict != "refused":
                first.setdefault(delivery.sender, delivery)
        for delivery in first.values():
            again = [delivery, *rewind.filed_after(conn, delivery)]
            if regate:
                again += [d for d in chosen if d.sender == delivery.sender and d.verdict == "refused"]
            again = sorted({d.delivery_id: d for d in again}.values(), key=lambda d: d.order)
            with alone(conn, feed, delivery.sender):
                rewind.unfile(conn, again, forget=regate)
                conn.commit()
            redo += [d.delivery_id for d in again]
    return deliver(redo)
