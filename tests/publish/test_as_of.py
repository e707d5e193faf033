"""As of any date: what was published on a day can be had again later, and a correction changes only what is known now.

A few units of a simulated municipality send for three weeks. Ten dates are built as their files come, and each once
more at the end with the knowledge of then. On the way one unit's schools come days after its roll, rolls are corrected,
and a person decides who a doubtful pupil is.
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from rollcall.contracts.load import contracts
from rollcall.identity.review.queue import doubts
from rollcall.identity.review.verdict import decide
from rollcall.ingest.deliver import deliver
from rollcall.ingest.inbox import discover
from rollcall.ingest.label import manifest_path, read_label
from rollcall.ingest.lanes import plan
from rollcall.publish.publish import publish
from rollcall.publish.swap import work_of
from rollcall.simulate.run import simulate
from rollcall.warehouse.connect import connect, connect_admin
from rollcall.warehouse.settings import settings
from tests import compiled
from tests.dbt.conftest import clean
from tests.ingest.sending import Sent, put

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2700)]

CANDIDATE = "looking_back"
SHANGHAI = ZoneInfo("Asia/Shanghai")
START, WEEKS, N_UNITS = date(2019, 10, 21), 3, 3
DAYS = [START + timedelta(days=n) for n in (0, 2, 4, 6, 9, 11, 13, 15, 17, 20)]
SCHOOLS_COME_ON, DECIDED_AFTER = DAYS[2], DAYS[4]
Content = dict[str, tuple[list[str], list[tuple]]]


@dataclass
class Story:
    """Content of every mart by date: as published when it came, and once more at the end as known then."""

    late_unit: str
    verdicts: dict[date, dict[str, int]] = field(default_factory=dict)
    then: dict[date, Content] = field(default_factory=dict)
    again: dict[date, Content] = field(default_factory=dict)
    published: Content = field(default_factory=dict)
    n_decided: int = 0


def known(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=SHANGHAI)


def content(conn, day: date, known_at: datetime) -> Content:
    compiled.build(conn, day, known_at, CANDIDATE)
    return _rows(conn, CANDIDATE)


def _rows(conn, schema: str) -> Content:
    return {relation: (columns, rows) for relation, columns, rows in compiled.rows(conn, schema)}


@pytest.fixture(scope="module")
def story(warehouse, tmp_path_factory) -> Iterator[Story]:
    for folder in (warehouse.inbox, warehouse.archive):
        shutil.rmtree(folder, ignore_errors=True)
    with connect_admin(autocommit=False) as admin:
        clean(admin)
        admin.execute("truncate ops.publish, ops.alert")
    # Not below the home of the warehouse: there other tests look for names.
    home = tmp_path_factory.mktemp("as_of")
    told, sent = _simulate(home)
    with connect("pipeline", autocommit=True) as conn:
        conn.execute("set synchronous_commit = off")
        for schema in (CANDIDATE, work_of(CANDIDATE)):
            conn.execute(f"create schema {schema}")
        for day in DAYS:
            while sent and sent[0][0] <= known(day):
                _lay_out(sent.pop(0)[1], home / "sent")
            ingest()
            told.verdicts[day] = _verdicts(conn, told.late_unit)
            told.then[day] = content(conn, day, known(day))
            if day == DECIDED_AFTER:
                assert publish(day, known(day)).reasons == []
                told.published = _rows(conn, "marts")
                told.n_decided = _decide(conn, known(day) + timedelta(hours=9))
        assert len(sent) < 5, "nearly everything was sent before the last date"
        for day in DAYS:
            told.again[day] = content(conn, day, known(day))
    yield told
    with connect_admin(autocommit=False) as admin:
        clean(admin)
        admin.execute(f"drop schema {CANDIDATE}, {work_of(CANDIDATE)} cascade")


def ingest() -> None:
    discover(settle_seconds=0)
    for feed in sorted(contracts(), key=lambda name: bool(contracts()[name].references)):
        for lane in plan(feed, 1):
            deliver(lane)


def _simulate(home: Path) -> tuple[Story, list[tuple[datetime, Path]]]:
    """The files of a few units, of their police and of the municipality, by time of arrival: those units that
    correct most; the schools of the first come late.
    """
    # Clerks who err often, so that somebody stays in doubt in so small a place.
    simulate(0.0005, START, WEEKS, 1, home / "sent", home / "truth", error_rate=6)
    corrected = pq.read_table(home / "truth" / "delivery.parquet", filters=[("revision", ">", 1)])
    senders = [sender for sender in corrected["sender"].to_pylist() if sender.isdigit()]
    units = sorted(set(senders), key=lambda sender: (-senders.count(sender), sender))[:N_UNITS]
    for folder in (home / "sent").iterdir():
        if folder.name.removeprefix("police-").isdigit() and folder.name.removeprefix("police-") not in units:
            shutil.rmtree(folder)
    for path in (home / "sent" / units[0] / "school").glob("*"):
        _arrive(path, known(SCHOOLS_COME_ON) - timedelta(hours=8))
    files = [p for p in (home / "sent").glob("*/*/*") if not p.name.endswith(".manifest.json") and p.is_file()]
    return Story(units[0]), sorted((read_label(path).received_at, path) for path in files)


def _arrive(path: Path, at: datetime) -> None:
    if path.name.endswith(".manifest.json"):
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"received_at": at.isoformat()}), "utf-8")
    else:
        os.utime(path, (at.timestamp(), at.timestamp()))


def _lay_out(path: Path, sent: Path) -> None:
    to = settings().inbox / path.relative_to(sent)
    to.parent.mkdir(parents=True, exist_ok=True)
    for one in (path, manifest_path(path)):
        if one.exists():
            shutil.copy2(one, to.parent / one.name)


def _verdicts(conn, unit: str) -> dict[str, int]:
    query = "select verdict, count(*) from ops.delivery where sender = %s and feed = 'roll' group by 1"
    return dict(conn.execute(query, (unit,)).fetchall())


def _decide(conn, at: datetime) -> int:
    """A person says of the first doubtful pair that it is one child."""
    open_pairs = doubts(conn)
    with conn.transaction():
        decide(conn, open_pairs[0], "same", "visited", "the clerk", at)
    return conn.execute("select count(*) from identity.review where verdict is not null").fetchone()[0]


def unequal(a: Content, b: Content) -> list[str]:
    return sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))


def test_what_was_published_can_be_had_again(story):
    assert {day: unequal(story.then[day], story.again[day]) for day in DAYS} == {day: [] for day in DAYS}


def test_it_was_a_story_worth_telling(story):
    """The ten dates differ, and what makes looking back hard did happen."""
    assert len({repr(story.then[day]) for day in DAYS}) == len(DAYS)
    assert story.verdicts[DAYS[0]].keys() == {"waiting"} and "waiting" not in story.verdicts[SCHOOLS_COME_ON]
    assert story.n_decided == 1
    with connect("pipeline") as conn:
        (n_corrected,) = conn.execute(
            "select count(*) from ops.delivery where revision > 1 and verdict = 'accepted'"
        ).fetchone()
        (n_retired,) = conn.execute("select count(*) from history.roll where known_to < 'infinity'").fetchone()
    assert n_corrected > 1 and n_retired > 0
    for mart in ("fct_case", "fct_absence", "fct_child_status", "fct_delivery_quality", "mon_worklist"):
        assert story.then[DAYS[-1]][mart][1], mart


def test_the_compiled_statements_are_what_a_publish_runs(story):
    assert unequal(story.published, story.then[DECIDED_AFTER]) == []


def test_a_correction_changes_what_is_known_now_and_not_what_was_known_then(story):
    """The platform sends a past day's absences again without one unexplained absence."""
    day, end = DAYS[5], DAYS[-1]
    received_at = known(end) + timedelta(hours=10)
    with connect("pipeline", autocommit=True) as conn:
        listed = conn.execute(
            """select a.business_date, a.line, a.day::text from history.absence as a
            join history.roll as r on r.roll_number_key = a.roll_number_key and r.known_to = 'infinity'
            where a.known_to = 'infinity' and a.business_date <= %s and a.absence_kind in ('truant', 'unknown')
            order by a.business_date desc, a.line""",
            (day,),
        ).fetchall()
        on, line, absent_on = listed[0]
        columns = ", ".join(column.name for column in contracts()["absence"].columns)
        kept = conn.execute(
            f"""select {columns} from history.absence
            where known_to = 'infinity' and business_date = %s and line <> %s order by line""",
            (on, line),
        )
        names = [column.name for column in kept.description]
        rows = tuple({k: _written(v) for k, v in zip(names, row, strict=True)} for row in kept)
        put(Sent("absence", "platform", on, received_at, rows, revision=9))
        ingest()
        assert conn.execute(
            "select verdict, n_rejected from ops.delivery where feed = 'absence' and revision = 9"
        ).fetchone() == ("accepted", 0)
        assert unequal(content(conn, day, known(day)), story.then[day]) == []
        now = content(conn, day, received_at)
        believed = content(conn, day, known(end))
    child, on_day = (now["fct_absence"][0].index(name) for name in ("child_key", "day"))
    before, after = ({(row[child], row[on_day]) for row in told["fct_absence"][1]} for told in (believed, now))
    assert after < before and {on for _, on in before - after} == {absent_on}
    assert "fct_child_status" in unequal(now, believed)


def _written(value: object) -> str:
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)
