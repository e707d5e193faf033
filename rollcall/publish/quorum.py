"""Which business date is complete enough to be published."""

import csv
from bisect import bisect_right
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path

from psycopg import Connection

from rollcall.publish.expected import ARRIVED, OWED, Slot, slots
from rollcall.warehouse.connect import connect
from rollcall.warehouse.settings import settings


def quorum(path: Path | None = None) -> dict[str, float]:
    """Required feed -> share of its senders that must have delivered, from seed_quorum.csv."""
    path = path or settings().repo / "dbt_project" / "seeds" / "seed_quorum.csv"
    with open(path, encoding="utf-8") as file:
        return {row["feed"]: float(row["min_share"]) for row in csv.DictReader(file) if row["is_required"] == "true"}


def due(now: datetime, conn: Connection | None = None) -> date | None:
    """The latest date on which anything was due and for which, at `now`, every required feed is complete
    enough: of each feed its newest due date up to that day counts.
    """
    with nullcontext(conn) if conn else connect("pipeline", autocommit=True) as conn:
        found = slots(conn, now)
    enough = _complete_enough(found, quorum())
    for day in sorted({slot.due_on for slot in found}, reverse=True):
        if all(_is_enough_by(day, dues) for dues in enough.values()):
            return day
    return None


def _complete_enough(found: list[Slot], required: dict[str, float]) -> dict[str, dict[date, bool]]:
    """Required feed -> due date, ascending -> whether enough of its senders delivered for it."""
    arrived: dict[str, dict[date, list[bool]]] = {feed: {} for feed in required}
    for slot in found:
        if slot.feed in required:
            arrived[slot.feed].setdefault(slot.due_on, []).append(slot.state in ARRIVED)
    return {
        feed: {day: sum(came) >= required[feed] * len(came) for day, came in sorted(by_day.items())}
        for feed, by_day in arrived.items()
    }


def _is_enough_by(day: date, dues: dict[date, bool]) -> bool:
    days = list(dues)
    place = bisect_right(days, day)
    return place > 0 and dues[days[place - 1]]


def too_few(conn: Connection, as_of: date, known_at: datetime) -> list[str]:
    """The required feeds that are not complete enough for `as_of` at `known_at`: what `due` would wait for."""
    enough = _complete_enough(slots(conn, known_at), quorum())
    return sorted(feed for feed, dues in enough.items() if not _is_enough_by(as_of, dues))


def standing(conn: Connection, schema: str = "marts") -> date | None:
    """The date as of which a schema is published; None of a study that was removed."""
    last = conn.execute(
        """select as_of from ops.publish
        where schema_name = %s and verdict = 'published' and to_regnamespace(quote_ident(schema_name)) is not null
        order by publish_id desc limit 1""",
        (schema,),
    ).fetchone()
    return last[0] if last else None


def at_deadline(now: datetime, conn: Connection | None = None) -> date | None:
    """The date to publish when the daily deadline has come: the latest of any accepted delivery, complete or
    not, and never one before that at which the marts stand.
    """
    with nullcontext(conn) if conn else connect("pipeline", autocommit=True) as conn:
        day, today = conn.execute(
            """select max(business_date), (%s at time zone 'Asia/Shanghai')::date from ops.delivery
            where verdict = 'accepted' and received_at <= %s
                and business_date <= (%s at time zone 'Asia/Shanghai')::date""",
            (now, now, now),
        ).fetchone()
        stands = standing(conn)
    return stands if day and stands and day < stands <= today else day


def pending(now: datetime, schema: str = "marts") -> date | None:
    """The date that `due` names, unless what is published already says all that is known about it; for the
    Dag.
    """
    with connect("pipeline", autocommit=True) as conn:
        day = due(now, conn)
        if day is None:
            return None
        last = conn.execute(
            """select as_of, started_at from ops.publish
            where schema_name = %s and verdict = 'published' order by publish_id desc limit 1""",
            (schema,),
        ).fetchone()
        if last is None or last[0] < day:
            return day
        if last[0] > day:
            return None
        decided = conn.execute(
            """select exists (select from ops.delivery where verdict = 'accepted' and received_at <= %s
                and business_date <= %s and decided_at > %s)""",
            (now, day, last[1]),
        ).fetchone()[0]
        return day if decided else None


def missing(conn: Connection, as_of: date, known_at: datetime) -> list[dict]:
    """Of each feed and sender the newest delivery due by `as_of`, where it had not come, was refused or waited at
    `known_at`: facts of each slot, for ops.publish.missing.
    """
    newest: dict[tuple[str, str], Slot] = {}
    for slot in slots(conn, known_at, as_of):
        held = newest.get((slot.feed, slot.sender))
        if held is None or slot.due_on > held.due_on:
            newest[slot.feed, slot.sender] = slot
    return [slot.facts() for slot in newest.values() if slot.state in (*OWED, "too_early")]
