"""Share out waiting work: a lane is a list of deliveries that one process takes in order."""

from datetime import date

from rollcall.ingest.ledger import ORDER
from rollcall.warehouse.connect import connect


def plan(
    feed: str, n_lanes: int = 2, sender: str | None = None, from_: date | None = None, to: date | None = None
) -> list[list[int]]:
    """Undecided deliveries of a feed in at most `n_lanes` lanes of about equal bytes; a sender stays in one lane.

    Returns lists of delivery ids; no empty lane.
    """
    with connect("pipeline") as conn:
        senders = conn.execute(
            f"""select array_agg(delivery_id order by {ORDER}), sum(n_bytes)
            from ops.delivery
            where feed = %(feed)s and verdict in ('pending', 'waiting')
                and (%(sender)s::text is null or sender = %(sender)s)
                and (%(from)s::date is null or business_date >= %(from)s)
                and (%(to)s::date is null or business_date <= %(to)s)
            group by sender
            order by 2 desc, min(sender)""",
            {"feed": feed, "sender": sender, "from": from_, "to": to},
        ).fetchall()
    lanes: list[list[int]] = [[] for _ in range(n_lanes)]
    loads = [0.0] * n_lanes
    for delivery_ids, n_bytes in senders:
        lightest = loads.index(min(loads))
        lanes[lightest] += delivery_ids
        # A delivery costs about a third of a second before its first row: as much as 8 MB of rows.
        loads[lightest] += float(n_bytes) + 8e6 * len(delivery_ids)
    return [lane for lane in lanes if lane]
