"""Pieces of `make run` that need no Airflow."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from rollcall.runtime.publishing import what_to_publish
from rollcall.runtime.scenario import Scenario
from rollcall.runtime.timing import Timing


def test_each_week_is_published_at_the_end_of_its_sunday():
    days = Scenario(0.01, date(2019, 9, 2), 4, 1).publishes()
    assert [day for day, _ in days] == [date(2019, 9, n) for n in (8, 15, 22, 29)]
    assert days[0][1] == datetime(2019, 9, 8, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_named_dates_are_published_as_they_are():
    wanted = what_to_publish({"as_of": "2019-09-08", "known_at": "2019-09-08T23:59:00"}, is_doorbell=False)
    assert wanted == {"as_of": "2019-09-08", "known_at": "2019-09-08T23:59:00+08:00", "is_back": False}


def test_an_empty_ledger_is_nothing_to_publish(wipe):
    for is_doorbell in (True, False):
        assert what_to_publish({}, is_doorbell) is None


def test_the_table_of_times_shows_parts_below_their_step():
    timing = Timing()
    timing.add("ingest_roll", 3.0, "ingest")
    timing.add("ingest", 4.0)
    console = Console(width=80)
    with console.capture() as shown:
        console.print(timing.table())
    lines = shown.get().splitlines()
    assert next(n for n, x in enumerate(lines) if "ingest_roll" in x) == 1 + next(
        n for n, x in enumerate(lines) if " ingest " in x
    )
