"""Who is who, over the whole municipality, held against the planted truth.

Register, changes and rolls of the simulated municipality go through the product's cleaning into history; then the
product's own models and matcher run, as a publish runs them. Three seeds that never guided anybody, one with all
clerks' errors doubled. Beside it, on the same rows: the plain join by ID, and Splink alone over everything. At last
2,000 pupils change, and it is done again on what the first time left, as on any day.

ROLLCALL_BENCH_SCALE makes the municipality smaller, ROLLCALL_BENCH_SEEDS names other seeds ("21 24x2": the last with
doubled errors).
"""

import gc
import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.identity_data import change, load
from benchmarks.identity_score import exceptions, id_join, scored, splink_alone
from benchmarks.resume import Progress
from benchmarks.scratch import peak_mib, scratch_warehouse

SCALE = float(os.environ.get("ROLLCALL_BENCH_SCALE") or 1)
SEEDS = (os.environ.get("ROLLCALL_BENCH_SEEDS") or "21 22 23 24x2").split()
START = date(2019, 9, 2)
KNOWN_AT = datetime(2019, 9, 3, 22, tzinfo=ZoneInfo("Asia/Shanghai"))
CANDIDATE, NEXT = "bench", "bench_next"
N_CHANGED = 2000


def run() -> dict:
    progress = Progress("identity", scale=SCALE)
    for seed in SEEDS:
        if seed not in progress.parts:
            part = measure(seed)
            progress.check_code()
            progress.keep(seed, part)
    seen: dict = {"scale": SCALE, "seeds": len(SEEDS)}
    for seed in SEEDS:
        seen |= {f"seed_{seed}_{name}": value for name, value in progress.parts[seed].items()}
    progress.done()
    return seen


def measure(seed: str) -> dict:
    number, _, times = seed.partition("x")
    with scratch_warehouse():
        truth = load(SCALE, START, int(number), float(times or 1))
        gc.collect()
        seconds = apart(identify, CANDIDATE, KNOWN_AT)
        found = scored(truth, f"{CANDIDATE}_work")
        if folder := os.environ.get("ROLLCALL_BENCH_EXCEPTIONS"):
            exceptions(truth, f"{CANDIDATE}_work", Path(folder) / f"exceptions_{seed}.txt")
        found |= {"full_seconds": seconds["seconds_identity"]} | seconds
        found |= id_join(truth) | splink_alone(truth, f"{CANDIDATE}_work")
        later = KNOWN_AT + timedelta(days=1)
        change(N_CHANGED, later, int(number))
        again = apart(identify, NEXT, later, f"{CANDIDATE}_work")
        found |= {f"changed_2000_{name}": value for name, value in again.items()}
        return found | {"changed_2000_seconds": again["seconds_identity"], "changed_2000_unlike_anew": unlike_anew()}


def unlike_anew() -> int:
    """Pairs of the second time that matching everything anew does not give, or gives besides."""
    from rollcall.identity.reconcile import reconcile
    from rollcall.warehouse.connect import connect

    with connect("pipeline", autocommit=True) as conn:
        found = reconcile(conn, f"{NEXT}_work")
    return found["pairs_only_published"] + found["pairs_only_anew"]


def apart(work, *arguments):
    """Do it in a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def identify(candidate: str, known_at: datetime, last: str | None = None) -> dict[str, float]:
    """Run the models and the matcher as a publish does; seconds by step."""
    import json

    from rollcall.identity.keys import refresh
    from rollcall.identity.match import match
    from rollcall.publish.candidate import dbt_environment, dbt_options, first_half
    from rollcall.telemetry import switch_off
    from rollcall.warehouse.connect import connect

    switch_off()
    from dbt.cli.main import dbtRunner

    options = dbt_options(candidate)
    literals = json.dumps({"as_of": str(START), "known_at": known_at.isoformat(sep=" ")})
    seconds: dict[str, float] = {}
    with dbt_environment(candidate), connect("pipeline", autocommit=True) as conn:
        parsed = dbtRunner().invoke(["parse", *options])
        runner = dbtRunner(manifest=parsed.result)

        def take(name: str, work) -> object:
            began = time.monotonic()
            result = work()
            seconds[f"seconds_{name}"] = round(time.monotonic() - began, 1)
            return result

        def dbt(*selection: str) -> None:
            done = runner.invoke(["build", *selection, "--vars", literals, *options])
            assert done.success, [(r.node.name, r.message) for r in done.result.results if r.failures or r.message]
            for result in done.result.results:
                if result.execution_time > 1:
                    seconds[f"seconds_dbt_{result.node.name}"] = round(result.execution_time, 1)

        began = time.monotonic()
        take("keys", lambda: refresh(conn))
        take("first_half", lambda: dbt(*first_half()))
        facts = take("match", lambda: match(conn, f"{candidate}_work", last=last))
        history = ("int_follow_roll_numbers", "int_link_by_roll_number")
        deciding = ("stg_identity__match_pair", "int_decide_links", "int_list_reviews", "int_identify_pupils")
        take("second_half", lambda: dbt("--select", *history, *deciding, "--indirect-selection", "cautious"))
        seconds["seconds_identity"] = round(time.monotonic() - began, 1)
    return seconds | {f"match_{name}": value for name, value in facts.items()} | {"peak_mib": peak_mib()}
