"""Rows of the ledger, written directly: what publishing and alerts see of deliveries, without any file."""

import hashlib
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.types.json import Jsonb

SHANGHAI = ZoneInfo("Asia/Shanghai")
_number = count(1)


def at(day: date, hour: int = 8) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def deliver(
    conn: Connection,
    feed: str,
    sender: str,
    business_date: date,
    verdict: str = "accepted",
    received_at: datetime | None = None,
    reasons: list[dict] | None = None,
    n_read: int = 100,
    n_rejected: int = 0,
) -> int:
    """One row of ops.delivery, received at eight in the morning of its business date unless told
    otherwise.
    """
    sha256 = hashlib.sha256(str(next(_number)).encode()).hexdigest()
    accepted = verdict == "accepted"
    return conn.execute(
        """insert into ops.delivery (feed, sender, business_date, file_name, sha256, n_bytes, received_at,
            decided_at, verdict, is_in_force, n_read, n_accepted, n_rejected, reasons)
        values (%s, %s, %s, %s, %s, 1, %s, clock_timestamp(), %s, %s, %s, %s, %s, %s)
        returning delivery_id""",
        (
            *(feed, sender, business_date, f"{feed}.csv", sha256, received_at or at(business_date)),
            *(verdict, accepted, n_read, n_read - n_rejected, n_rejected, Jsonb(reasons or [])),
        ),
    ).fetchone()[0]


def deliver_all(conn: Connection, now: datetime, except_: set[tuple[str, str, date]] = frozenset()) -> None:
    """Everything owed by `now` that is not there yet comes in time, except what is named (feed, sender,
    date).
    """
    from rollcall.publish.expected import slots

    for slot in slots(conn, now):
        has_come = slot.state not in ("too_early", "overdue", "missing")
        if not has_come and (slot.feed, slot.sender, slot.due_on) not in except_:
            deliver(conn, slot.feed, slot.sender, slot.due_on)


def open_term(conn: Connection) -> None:
    """The first accepted delivery, of 1 September 2019: from then on things are owed."""
    deliver(conn, "school", "500101", date(2019, 9, 1))


def days_later(day: date, n: int) -> date:
    return day + timedelta(days=n)
