"""Expected x actual: every delivery that a contract promises, and what became of it by a given moment.

A file that never came leaves no trace in the ledger; here it is a row like the others.
"""

import csv
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.types.json import Jsonb

from rollcall.contracts.load import contracts
from rollcall.contracts.model import Contract
from rollcall.ingest.ledger import UNOPENED
from rollcall.warehouse.settings import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
NO_DATE = date(1900, 1, 1)  # what the inbox writes when a file names no business date

ARRIVED = ("on_time", "late")
OWED = ("refused", "waiting", "overdue", "missing")


@dataclass(frozen=True)
class Slot:
    """One delivery that is due: `feed` of `sender` for the period from `due_on` until the next one is due.

    `state`: on_time, late (it came, but late), refused (only refused files came), waiting (came, not judged
    yet), overdue (late and not here), missing (given up waiting), too_early (there is still time).
    `received_at`: of the first accepted delivery, else of the first one at all, else None.
    """

    feed: str
    sender: str
    due_on: date
    state: str
    received_at: datetime | None = None

    def facts(self) -> dict:
        """For ops.publish.missing and for scripts."""
        return {
            "feed": self.feed,
            "sender": self.sender,
            "due_on": self.due_on.isoformat(),
            "state": self.state,
        }


def slots(conn: Connection, now: datetime, until: date | None = None) -> list[Slot]:
    """Every delivery due on or before `until` (default: the day of `now`), as known at `now` (with time
    zone).
    """
    until = until or now.astimezone(SHANGHAI).date()
    arrivals = _arrivals(conn, now)
    start = _start(conn, now)
    if start is None:
        return []
    schooldays = _school_days(conn, now, start, until)
    found = []
    for contract in contracts().values():
        dues = list(due_dates(contract, start, until, schooldays))
        for sender in senders(contract.senders):
            came: dict[date, list] = {}
            for business_date, received_at, verdict in arrivals.get((contract.name, sender), ()):
                place = bisect_right(dues, business_date)
                if place:
                    came.setdefault(dues[place - 1], []).append((received_at, verdict))
            found += [_slot(contract, sender, due_on, came.get(due_on, []), now) for due_on in dues]
    return found


def current(found: list[Slot]) -> list[Slot]:
    """The slots that still matter: all of a feed of events, the newest of a snapshot, which tells all
    again.
    """
    newest: dict[tuple[str, str], date] = {}
    for slot in found:
        if slot.state != "too_early":
            key = (slot.feed, slot.sender)
            newest[key] = max(newest.get(key, slot.due_on), slot.due_on)
    known = contracts()
    return [
        slot
        for slot in found
        if known[slot.feed].history == "events" or slot.due_on >= newest.get((slot.feed, slot.sender), slot.due_on)
    ]


def due_dates(contract: Contract, start: date, until: date, schooldays: list[date]) -> Iterator[date]:
    """Due dates from `start` to `until`, ascending. Of what is sent by the term or year also the one in force
    then.
    """
    days = [start + timedelta(days=n) for n in range((until - start).days + 1)]
    match contract.cadence:
        case "daily":
            yield from (day for day in schooldays if start <= day <= until)
        case "weekly":
            yield from (day for day in days if day.isoweekday() == (contract.due_day or 1))
        case "monthly":
            yield from (day for day in days if day.day == (contract.due_day or 1))
        case "termly" | "yearly":
            months = (3, 9) if contract.cadence == "termly" else (9,)
            firsts = [date(year, month, 1) for year in range(start.year - 1, until.year + 1) for month in months]
            in_force = max(day for day in firsts if day <= start)
            yield from (day for day in firsts if in_force <= day <= until)
        case _:
            if start <= until:
                yield start


@lru_cache(maxsize=8)
def senders(kind: str) -> tuple[str, ...]:
    """Who owes a feed: the units, one police office a district, or one municipal office."""
    if kind not in ("units", "police"):
        return (kind,)
    with open(settings().repo / "dbt_project" / "seeds" / "seed_unit.csv", encoding="utf-8") as file:
        units = list(csv.DictReader(file))
    if kind == "units":
        return tuple(unit["unit_code"] for unit in units)
    return tuple(f"police-{unit['unit_code']}" for unit in units if unit["is_district"] == "true")


def late_from(contract: Contract, due_on: date) -> datetime:
    """The first moment at which it is late: midnight after the last day allowed."""
    return _midnight(due_on + timedelta(days=contract.late_after_days + 1))


def missing_from(contract: Contract, due_on: date) -> datetime:
    """The first moment at which it counts as missing."""
    return _midnight(due_on + timedelta(days=contract.missing_after_days + 1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _slot(contract: Contract, sender: str, due_on: date, came: list, now: datetime) -> Slot:
    accepted = [received_at for received_at, verdict in came if verdict in ("accepted", "duplicate")]
    undecided = [received_at for received_at, verdict in came if verdict in ("pending", "waiting")]
    refused = [received_at for received_at, verdict in came if verdict == "refused"]
    if accepted:
        first = min(accepted)
        return Slot(contract.name, sender, due_on, "on_time" if first < late_from(contract, due_on) else "late", first)
    if undecided:
        return Slot(contract.name, sender, due_on, "waiting", min(undecided))
    if refused:
        return Slot(contract.name, sender, due_on, "refused", min(refused))
    if now < late_from(contract, due_on):
        return Slot(contract.name, sender, due_on, "too_early")
    return Slot(contract.name, sender, due_on, "overdue" if now < missing_from(contract, due_on) else "missing")


def _arrivals(conn: Connection, now: datetime) -> dict[tuple[str, str], list]:
    """Deliveries received by `now` with the verdict they had then: what could not be judged yet was waiting."""
    references = {feed.name: list(feed.references) for feed in contracts().values() if feed.references}
    found: dict[tuple[str, str], list] = {}
    for feed, sender, *rest in conn.execute(
        """select d.feed, d.sender, d.business_date, d.received_at,
            case when j.judged_from > %(now)s and d.verdict in ('accepted', 'refused', 'duplicate')
                and not exists (
                    select from jsonb_array_elements(d.reasons) as r where r ->> 'rule' = any(%(unopened)s)
                )
                then 'waiting' else d.verdict end
        from ops.delivery as d
        cross join lateral (
            select max(r.first_at) as judged_from from (
                select min(s.received_at) as first_at from ops.delivery as s
                where s.feed in (select jsonb_array_elements_text(%(references)s -> d.feed)) and s.sender = d.sender
                    and s.business_date <= d.business_date and s.verdict = 'accepted'
                group by s.feed
            ) as r
        ) as j
        where d.received_at <= %(now)s and d.business_date > %(no_date)s""",
        {"now": now, "no_date": NO_DATE, "references": Jsonb(references), "unopened": list(UNOPENED)},
    ):
        found.setdefault((feed, sender), []).append(rest)
    return found


def _start(conn: Connection, now: datetime) -> date | None:
    """The day from which anything is owed: the first business date accepted of more than a few senders. A rotten
    file's date proves nothing, and what one unit tries before all others begin is owed by nobody.
    """
    return conn.execute(
        """select min(business_date) from (
            select business_date, count(distinct sender) as n, max(count(distinct sender)) over () as most
            from ops.delivery where verdict = 'accepted' and received_at <= %s group by business_date
        ) as days where 10 * n >= most""",
        (now,),
    ).fetchone()[0]


def _school_days(conn: Connection, now: datetime, start: date, until: date) -> list[date]:
    """Days on which any unit has school: by the calendars sent in; by the public holiday plan where none
    speaks.
    """
    said: dict[date, bool] = {}
    if conn.execute("select to_regclass('history.calendar')").fetchone()[0]:
        said = dict(
            conn.execute(
                """select day, bool_or(school_day > 0) from history.calendar
                where day between %s and %s and valid_to = 'infinity' and known_from <= %s and known_to > %s
                group by day""",
                (start, until, now, now),
            ).fetchall()
        )
    days = (start + timedelta(days=n) for n in range((until - start).days + 1))
    first, last = min(said, default=date.max), max(said, default=date.min)
    return [day for day in days if (said.get(day, False) if first <= day <= last else _is_working_day(day))]


def _is_working_day(day: date) -> bool:
    import chinese_calendar

    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:  # a year whose plan is not published yet
        return day.weekday() < 5
