"""A normal day, from its deliveries in the inbox to the published marts, early and late in the life of a warehouse.

The municipality lives for weeks and its files are let in day by day, as they were received. On the days measured
(school days both, by default the 5th and the 60th) the clock runs from the day's files in the inbox to the swap;
the day before has been published as well, so that it is a normal day and no first one. Budget (design): 2 min at full
size, and the late day within 15 % of the early one. ROLLCALL_BENCH_SCALE makes the municipality smaller,
ROLLCALL_BENCH_DAYS ("5 60") names other days.
"""

import os
from collections import defaultdict
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

from benchmarks.score import _apart, _deliver_all, _timed
from benchmarks.scratch import scratch_warehouse

SCALE = float(os.environ.get("ROLLCALL_BENCH_SCALE") or 1)
DAYS = [int(day) for day in (os.environ.get("ROLLCALL_BENCH_DAYS") or "5 60").split()]
START, SEED = date(2019, 9, 2), 1
SHANGHAI = ZoneInfo("Asia/Shanghai")


def run() -> dict:
    from rollcall.warehouse.settings import settings

    seen = {"scale": SCALE}
    with scratch_warehouse() as home:
        seen["simulate_seconds"], _ = _timed(_apart, _simulate, home / "later")
        files = _files_by_day(home / "later", settings().truth)
        last = None
        for n in DAYS:
            day = START + timedelta(days=n - 1)
            before = day - timedelta(days=1)
            for each in sorted(d for d in files if d < day and (last is None or d > last)):
                _let_in(files.pop(each), home / "later", settings().inbox)
            seen[f"day_{n}_catch_up_seconds"], _ = _timed(_ingest)
            seen[f"day_{n}_publish_before_seconds"], published = _timed(_apart, _publish, before)
            assert published["verdict"] == "published", published
            today = files.pop(day, [])
            _let_in(today, home / "later", settings().inbox)
            seen |= {f"day_{n}_{name}": value for name, value in _measure(day, len(today)).items()}
            last = day
    if len(DAYS) == 2:
        early, late = (seen[f"day_{n}_seconds"] for n in DAYS)
        seen["late_over_early"] = round(late / early, 2)
    return seen


def _measure(day: date, n_files: int) -> dict:
    ingest, _ = _timed(_ingest)
    whole, published = _timed(_apart, _publish, day)
    return {
        "files": n_files,
        "ingest_seconds": ingest,
        "publish_seconds": whole,
        "seconds": round(ingest + whole, 1),
        "publish": published["verdict"],
        **{f"publish_{step}_seconds": seconds for step, seconds in published["steps"].items()},
    }


def _simulate(later: Path) -> None:
    from rollcall.simulate.run import simulate

    simulate(SCALE, START, -(-max(DAYS) // 7), SEED, out_inbox=later)


def _files_by_day(later: Path, truth: Path) -> dict[date, list[Path]]:
    """Received day -> files, with what was received before the first day under that day."""
    days = defaultdict(list)
    for row in pq.read_table(truth / "delivery.parquet").to_pylist():
        received = row["received_at"].astimezone(SHANGHAI).date()
        days[max(received, START)].append(Path(row["sender"]) / row["feed"] / row["file_name"])
    return dict(days)


def _let_in(names: list[Path], later: Path, inbox: Path) -> None:
    from rollcall.ingest.label import manifest_path

    for name in names:
        target = inbox / name
        target.parent.mkdir(parents=True, exist_ok=True)
        manifest = manifest_path(later / name)
        if manifest.exists():
            manifest.rename(manifest_path(target))
        (later / name).rename(target)


def _ingest() -> None:
    """As the Dags do it: feeds that others refer to first."""
    from rollcall.contracts.load import contracts

    _apart(_discover)
    for feed in sorted(contracts(), key=lambda name: bool(contracts()[name].references)):
        _deliver_all(feed)


def _discover() -> None:
    from rollcall.ingest.inbox import discover

    discover(settle_seconds=0)


def _publish(day: date) -> dict:
    from rollcall.publish.publish import publish

    result = publish(day, datetime.combine(day, clock(23, 59), SHANGHAI))
    return {"verdict": result.verdict, "steps": {name: round(s, 1) for name, s in result.seconds.items()}}
