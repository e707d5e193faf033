"""The full roll (3.14 M pupils, 41 GB18030 files): read, stage, gate, file, against the bare COPY of the same files.

Budgets (design): the first load at most 6 times the floor, a re-send with 0.5 % changes at most 4 times, our
processes at most 1.5 GiB each. The floor and the product both run two processes side by side. The environment
variable ROLLCALL_BENCH_SCALE makes the municipality smaller.
"""

import hashlib
import json
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from psycopg.sql import SQL, Identifier

from benchmarks.scratch import peak_mib, scratch_warehouse

SCALE = float(os.environ.get("ROLLCALL_BENCH_SCALE") or 1)
LANES = 2
SHARE_CHANGED = 0.005
START = date(2019, 9, 2)
RECEIVED = datetime(2019, 9, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def run() -> dict:
    with scratch_warehouse() as home:
        files = home / "files"
        with _pool(1) as writer:  # the world's memory goes with the process
            n_pupils = writer.submit(_write_files, files).result()
        schools, first, again = (sorted(files.glob(f"*/{name}.csv")) for name in ("school", "roll1", "roll2"))
        floor, _ = _side_by_side(_copy, first)
        _send("school", schools, START - timedelta(days=1), 0)
        _ingest("school")
        n_bytes = sum(path.stat().st_size for path in first)
        seen = {"scale": SCALE, "pupils": n_pupils, "megabytes": round(n_bytes / 1e6), "copy_seconds": floor}
        for name, paths, days in (("first_load", first, 0), ("resend", again, 7)):
            began = time.monotonic()
            _send("roll", paths, START + timedelta(days=days), days)
            archived = time.monotonic() - began
            seconds, memory = _ingest("roll")
            seen |= {
                f"{name}_archive_seconds": round(archived, 1),
                f"{name}_seconds": seconds,
                f"{name}_times_copy": round(seconds / floor, 2),
                f"{name}_peak_mib": memory,
            }
        return seen | _believed()


def _write_files(files: Path) -> int:
    """Per unit: its schools, its roll, and the roll again with 0.5 % of the pupils in another class."""
    from rollcall.contracts.load import contract
    from rollcall.simulate import school_feeds
    from rollcall.simulate.containers import pack
    from rollcall.simulate.habits import Habit
    from rollcall.simulate.render import Sheet, render, text_of
    from rollcall.simulate.world import make_world

    world = make_world(SCALE, START, 0, 11)
    dice = np.random.default_rng(11)
    habit = Habit(encoding="gb18030")
    n_pupils = 0
    for unit, code in enumerate(world.geo.unit_code):
        folder = files / str(code)
        folder.mkdir(parents=True)
        (folder / "school.csv").write_bytes(
            pack(render(contract("school"), school_feeds.school(world, unit), habit), habit)[0]
        )
        values, rows = school_feeds.roll(world, unit, world.clock.opening + 1)
        sheet = render(contract("roll"), values, habit, world.seed)
        for header, cells in school_feeds.useless(rows).items():  # columns that do arrive and are never loaded
            sheet = Sheet(
                [*sheet.headers, header], [*sheet.names, None], [*sheet.cells, text_of(cells)], [*sheet.numeric, False]
            )
        (folder / "roll1.csv").write_bytes(pack(sheet, habit)[0])
        place = sheet.names.index("class_no")
        moved = pa.array(dice.random(sheet.n_rows) < SHARE_CHANGED)
        sheet.cells[place] = pa.compute.if_else(moved, "99", sheet.cells[place])
        (folder / "roll2.csv").write_bytes(pack(sheet, habit)[0])
        n_pupils += sheet.n_rows
    return n_pupils


def _copy(path: Path) -> None:
    """The floor: the file as it is into a table of text columns."""
    from rollcall.warehouse.connect import connect

    with path.open("rb") as file:
        n_columns = file.readline().count(b",") + 1
    table = Identifier("stage", f"floor_{path.parent.name}")
    columns = SQL(", ").join(SQL("{} text").format(Identifier(f"c{i}")) for i in range(n_columns))
    with connect("pipeline", autocommit=True) as conn, path.open("rb") as file:
        conn.execute(SQL("create unlogged table {} ({})").format(table, columns))
        with conn.cursor().copy(SQL("copy {} from stdin (format csv, encoding 'gb18030')").format(table)) as copy:
            while chunk := file.read(1 << 20):
                copy.write(chunk)
        conn.execute(SQL("drop table {}").format(table))


def _send(feed: str, paths: list[Path], business_date: date, days: int) -> None:
    from rollcall.ingest.inbox import discover
    from rollcall.warehouse.settings import settings

    for path in paths:
        target = settings().inbox / path.parent.name / feed / f"{feed}_{business_date:%Y%m%d}.csv"
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
        manifest = {
            "business_date": business_date.isoformat(),
            "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
            "received_at": (RECEIVED + timedelta(days=days)).isoformat(),
        }
        target.with_name(target.name + ".manifest.json").write_text(json.dumps(manifest))
    discover([feed])


def _ingest(feed: str) -> tuple[float, float]:
    """Seconds and peak MiB of the larger process."""
    from rollcall.ingest.lanes import plan

    return _side_by_side(_deliver, plan(feed, LANES))


def _deliver(lane: list[int]) -> None:
    from rollcall.ingest.deliver import deliver

    assert {outcome.verdict for outcome in deliver(lane)} == {"accepted"}


def _side_by_side(work, tasks: list) -> tuple[float, float]:
    with _pool(LANES) as pool:
        list(pool.map(_idle, range(LANES)))
        began = time.monotonic()
        list(pool.map(work, tasks))
        seconds = round(time.monotonic() - began, 1)
        return seconds, max(pool.map(_peak, range(LANES)))


def _pool(n: int) -> ProcessPoolExecutor:
    import great_expectations  # noqa: F401  imported before the fork, as the scheduler does

    return ProcessPoolExecutor(n, mp_context=multiprocessing.get_context("fork"))


def _idle(_: int) -> None:
    time.sleep(0.2)


def _peak(_: int) -> float:
    time.sleep(0.2)
    return peak_mib()


def _believed() -> dict:
    from rollcall.warehouse.connect import connect

    with connect("pipeline") as conn:
        n, n_open = conn.execute(
            """select count(*) filter (where known_to = 'infinity'),
                count(*) filter (where known_to = 'infinity' and valid_to = 'infinity') from history.roll"""
        ).fetchone()
    return {"versions_believed": n, "pupils_on_roll_now": n_open}
