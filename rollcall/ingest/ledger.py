"""The ledger of deliveries: one row for every file ever seen, whatever became of it."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from rollcall.warehouse.stillness import write_history

# Within one feed and sender deliveries are taken in this order, and no other: what is known at the end, and what
# was known at any time before, must not depend on when our processes happened to run.
ORDER = "received_at, business_date, revision, sha256"
# Which of several deliveries for one business date is in force.
RANK = "revision, received_at, sha256"

# The inbox refuses by these before a file is opened: judging it again would not make it anybody's.
UNOPENED = ("unknown_feed", "no_business_date", "manifest_mismatch", "manifest_unreadable")


@dataclass(frozen=True)
class Delivery:
    delivery_id: int
    feed: str
    sender: str
    business_date: date
    revision: int
    file_name: str
    sha256: str
    received_at: datetime
    manifest: dict | None
    verdict: str
    n_accepted: int | None

    @property
    def is_judged(self) -> bool:
        """Accepted once and taken back since: to be filed again under the verdict it has."""
        return self.n_accepted is not None

    @property
    def order(self) -> tuple:
        return (self.received_at, self.business_date, self.revision, self.sha256)

    @property
    def rank(self) -> tuple:
        return (self.revision, self.received_at, self.sha256)


_COLUMNS = (
    "delivery_id, feed, sender, business_date, revision, file_name, sha256, received_at, manifest, verdict, n_accepted"
)


def fetch(conn: Connection, where: str, params: dict) -> list[Delivery]:
    """Deliveries that meet `where`, in the order in which they are to be taken."""
    with conn.cursor(row_factory=class_row(Delivery)) as cursor:
        return cursor.execute(f"select {_COLUMNS} from ops.delivery where {where} order by {ORDER}", params).fetchall()


def get(conn: Connection, delivery_id: int) -> Delivery:
    return fetch(conn, "delivery_id = %(id)s", {"id": delivery_id})[0]


def same_slot(conn: Connection, delivery: Delivery) -> list[Delivery]:
    """Accepted deliveries of the same feed, sender and business date that come before this one."""
    rows = fetch(
        conn,
        "feed = %(feed)s and sender = %(sender)s and business_date = %(on)s and verdict = 'accepted'",
        {"feed": delivery.feed, "sender": delivery.sender, "on": delivery.business_date},
    )
    return [row for row in rows if row.order < delivery.order]


def decide(conn: Connection, delivery_id: int, verdict: str, **facts) -> None:
    """Write a verdict. `facts`: any of reasons, container, encoding, n_read, n_accepted, n_rejected, data_docs.

    One that had been taken back and only waits is still out of history, and keeps the mark.
    """
    if "reasons" in facts:
        facts["reasons"] = Jsonb(facts["reasons"])
    sets = "".join(f", {name} = %({name})s" for name in facts)
    with conn.transaction():
        write_history(conn)
        conn.execute(
            f"""update ops.delivery set verdict = %(verdict)s, decided_at = clock_timestamp(),
                taken_back_at = case when %(verdict)s = 'waiting' then taken_back_at end{sets}
            where delivery_id = %(id)s""",
            {"verdict": verdict, "id": delivery_id, **facts},
        )


def mark_in_force(conn: Connection, delivery: Delivery) -> None:
    """Say which accepted delivery of this feed, sender and business date is in force now."""
    conn.execute(
        f"""update ops.delivery as d
        set is_in_force = (d.delivery_id = winner.delivery_id)
        from (
            select delivery_id from ops.delivery
            where feed = %(feed)s and sender = %(sender)s and business_date = %(on)s and verdict = 'accepted'
            order by {RANK.replace(",", " desc,")} desc limit 1
        ) as winner
        where d.feed = %(feed)s and d.sender = %(sender)s and d.business_date = %(on)s
            and d.is_in_force is distinct from (d.delivery_id = winner.delivery_id)""",
        {"feed": delivery.feed, "sender": delivery.sender, "on": delivery.business_date},
    )
