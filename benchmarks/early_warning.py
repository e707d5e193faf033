"""The early warning against the simulated future, on municipalities whose people had no part in setting its points.

Eight weeks are simulated; the end of the fourth is published with what was known then, and who truly is a dropout in
the four weeks after it decides. Counts of the seeds are added before any share is taken. ROLLCALL_BENCH_SCALE makes
the municipalities smaller.
"""

import shutil
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.resume import Progress
from benchmarks.score import SCALE, START, _apart, _deliver_all, _discover, _timed
from benchmarks.scratch import scratch_warehouse

SEEDS = (11, 12, 13)
WEEKS, WEEKS_KNOWN = 8, 4
ADDED = ("children", "leavers", "leavers_not_yet_gone", "head", "head_hits", "head_hits_not_yet_gone")
ADDED += ("naive", "naive_hits", "naive_hits_not_yet_gone", "listed", "listed_hits")


def run() -> dict:
    progress = Progress("early_warning", scale=SCALE, weeks=WEEKS)
    for seed in SEEDS:
        if str(seed) not in progress.parts:
            part = _measure(seed)
            progress.check_code()
            progress.keep(str(seed), part)
    parts = [progress.parts[str(seed)] for seed in SEEDS]
    total = {name: sum(part[f"warning_{name}"] for part in parts) for name in ADDED}
    seen = {"scale": SCALE, "weeks": WEEKS, "weeks_known": WEEKS_KNOWN, "seeds": len(SEEDS), **total}
    for name in ("head", "naive", "listed"):
        seen[f"{name}_precision"] = round(total[f"{name}_hits"] / total[name], 3) if total[name] else None
        seen[f"{name}_recall"] = round(total[f"{name}_hits"] / total["leavers"], 3) if total["leavers"] else None
    for seed, part in zip(SEEDS, parts, strict=True):
        seen |= {f"seed_{seed}_{name}": value for name, value in part.items()}
    progress.done()
    return seen


def _measure(seed: int) -> dict:
    from rollcall.contracts.load import contracts

    with scratch_warehouse() as home:
        seconds, _ = _timed(_apart, _simulate, seed, home)
        _apart(_discover)
        for feed in sorted(contracts(), key=lambda name: bool(contracts()[name].references)):
            _deliver_all(feed)
        publish_seconds, _ = _timed(_apart, _publish)
        found = _apart(_score)
    return {"simulate_seconds": seconds, "publish_seconds": publish_seconds, **found}


def _simulate(seed: int, home: Path) -> None:
    """Of what is sent only that goes into the inbox which has come by the moment that is published."""
    from rollcall.contracts.manifest import SUFFIX
    from rollcall.ingest.label import manifest_path, read_label
    from rollcall.simulate.run import simulate
    from rollcall.warehouse.settings import settings

    simulate(SCALE, START, WEEKS, seed, home / "sent", settings().truth)
    for path in (home / "sent").glob("*/*/*"):
        if path.name.endswith(SUFFIX) or read_label(path).received_at > _moment():
            continue
        to = settings().inbox / path.relative_to(home / "sent")
        to.parent.mkdir(parents=True, exist_ok=True)
        for one in (path, manifest_path(path)):
            if one.exists():
                shutil.copy2(one, to.parent / one.name)
    shutil.rmtree(home / "sent")


def _moment() -> datetime:
    day = START + timedelta(days=7 * WEEKS_KNOWN - 1)
    return datetime.combine(day, time(23, 59), ZoneInfo("Asia/Shanghai"))


def _publish() -> None:
    from rollcall.publish.publish import publish

    result = publish(_moment().date(), _moment(), wait_seconds=300)
    if not result.is_published:
        raise RuntimeError(f"not published: {result.reasons}")


def _score() -> dict:
    from rollcall.simulate.score_warning import score_warning
    from rollcall.warehouse.connect import connect
    from rollcall.warehouse.settings import settings

    with connect("pipeline") as conn:
        (as_of,) = conn.execute("select max(as_of) from ops.publish where verdict = 'published'").fetchone()
        return score_warning(conn, settings().truth, as_of)
