"""Three simulated municipalities, from the inbox to the published marts, held against their planted truth.

Each seed has a warehouse of its own; two processes deliver side by side, as the Dags' lanes do. The last week's end
is published with what was known at the end of that day. ROLLCALL_BENCH_SCALE makes the municipalities smaller.
"""

import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date

from benchmarks.resume import Progress
from benchmarks.scratch import scratch_warehouse

SCALE = float(os.environ.get("ROLLCALL_BENCH_SCALE") or 0.01)
SEEDS = (1, 2, 3)
START, WEEKS = date(2019, 9, 2), 4
POOLED = ("dropout", "never_enrolled", "suspected_dropout", "not_found", "lead")
LANES = 2
TRIES = 3


def run() -> dict:
    progress = Progress("score", scale=SCALE, weeks=WEEKS)
    for seed in SEEDS:
        if str(seed) not in progress.parts:
            part = measure(SCALE, WEEKS, seed)
            progress.check_code()
            progress.keep(str(seed), part)
    seen = {"scale": SCALE, "weeks": WEEKS, "seeds": len(SEEDS)}
    for seed in SEEDS:
        seen |= {f"seed_{seed}_{name}": value for name, value in progress.parts[str(seed)].items()}
    progress.done()
    return seen | pooled(list(progress.parts.values()))


def pooled(parts: list[dict]) -> dict:
    """Precision and length of the published lists over all municipalities together."""
    told = {}
    for name in POOLED:
        listed = sum(part.get(f"{name}_listed") or 0 for part in parts)
        truly = sum(part.get(f"{name}_listed_truly") or 0 for part in parts)
        told |= {f"pooled_{name}_listed": listed, f"pooled_{name}_listed_truly": truly}
        told[f"pooled_{name}_precision"] = round(truly / listed, 4) if listed else None
    return told


def measure(scale: float, weeks: int, seed: int) -> dict:
    """One municipality from the inbox to the marts of its last Sunday, held against its truth."""
    from rollcall.contracts.load import contracts

    with scratch_warehouse():
        seconds, n_broken = {}, 0
        seconds["simulate_seconds"], _ = _timed(_apart, _simulate, scale, weeks, seed)
        began = time.monotonic()
        _apart(_discover)
        # Feeds that others refer to go first, so that nothing waits longer than it must.
        for feed in sorted(contracts(), key=lambda name: bool(contracts()[name].references)):
            n_broken += _deliver_all(feed)
        seconds["ingest_seconds"] = round(time.monotonic() - began, 1)
        seconds["publish_seconds"], published = _timed(_apart, _publish, scale, weeks)
        found = _apart(_score)
    return {
        **published,
        "lanes_broken": n_broken,
        **seconds,
        **{"score_seconds" if k == "seconds" else k: v for k, v in found.items()},
    }


def _timed(work, *arguments) -> tuple[float, object]:
    began = time.monotonic()
    result = work(*arguments)
    return round(time.monotonic() - began, 1), result


def _pool(n: int) -> ProcessPoolExecutor:
    import great_expectations  # noqa: F401  imported before the fork, as the scheduler does

    return ProcessPoolExecutor(n, mp_context=multiprocessing.get_context("fork"))


def _apart(work, *arguments):
    """In a process of its own, whose memory and connections go with it."""
    with _pool(1) as pool:
        return pool.submit(work, *arguments).result()


def _simulate(scale: float, weeks: int, seed: int) -> None:
    from rollcall.simulate.run import simulate

    simulate(scale, START, weeks, seed)


def _discover() -> None:
    from rollcall.ingest.inbox import discover

    discover(settle_seconds=0)


def _deliver_all(feed: str) -> int:
    """Deliver a feed in lanes; how many broke. A broken lane is run again, as the Dags would; at last it is raised."""
    from rollcall.ingest.lanes import plan

    n_broken = 0
    for tries_left in reversed(range(TRIES)):
        lanes = plan(feed, LANES)
        if not lanes:
            break
        with _pool(LANES) as pool:
            runs = [pool.submit(_deliver, lane) for lane in lanes]
            broken = [run.exception() for run in runs if run.exception()]
        n_broken += len(broken)
        if not broken:
            break
        for error in broken:
            # The type alone: a database error may quote the row.
            print(f"{feed}: a lane broke with {type(error).__name__}", file=sys.stderr)
        if not tries_left:
            raise broken[0]
    return n_broken


def _deliver(lane: list[int]) -> None:
    from rollcall.ingest.deliver import deliver

    deliver(lane)


def _publish(scale: float, weeks: int) -> dict:
    from rollcall.publish.publish import publish
    from rollcall.runtime.scenario import Scenario

    result = publish(*Scenario(scale, START, weeks, 0).publishes()[-1])
    failed = " ".join(sorted({reason["node"] for reason in result.reasons}))
    return {"publish": result.verdict} | ({"publish_failed_at": failed} if failed else {})


def _score() -> dict:
    from rollcall.simulate.score import score

    return score()
