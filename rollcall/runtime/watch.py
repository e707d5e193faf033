"""Watch Dag runs and the ledger while the Dags work, and show it: bars on a terminal, lines in a log."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from rollcall.runtime.rest import Rest, Run
from rollcall.warehouse.connect import connect
from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.settings import settings

_EVERY_SECONDS = 2.0
DECIDED = ("accepted", "refused", "duplicate")


def left_lying() -> list[str]:
    """All that is in the inbox, manifests and half files too: names, sizes and times, to tell whether anything has
    changed since.
    """
    root, found = settings().inbox, []
    for path in sorted(root.glob("*/*/*")):
        state = path.stat()
        found.append(f"{path.relative_to(root)} {state.st_size} {state.st_mtime_ns}")
    return found


def ledger() -> dict[str, Counter]:
    """Deliveries by feed and verdict."""
    found: dict[str, Counter] = {}
    with connect("pipeline", autocommit=True) as conn:
        for feed, verdict, n in conn.execute("select feed, verdict, count(*) from ops.delivery group by 1, 2"):
            found.setdefault(feed, Counter())[verdict] = n
    return found


def watch_feeds(rest: Rest, console: Console, runs: list[Run], totals: Counter, seconds: float) -> list[Run]:
    """Show how the deliveries of each feed are decided until all `runs` are over; return them as they ended.

    `totals`: deliveries by feed that were there when the runs were started. Raises WarehouseError.
    """
    before = ledger()
    names = {run.dag_id: run.dag_id.removeprefix("ingest_") for run in runs}
    columns = (
        TextColumn("{task.description:<20}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("[dim]{task.fields[said]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bars = {
            dag_id: progress.add_task(name, total=max(totals[name], 1), said="排队 queued")
            for dag_id, name in names.items()
        }

        def show(run: Run) -> None:
            name = names[run.dag_id]
            now, then = ledger_now.get(name, Counter()), before.get(name, Counter())
            counts = {verdict: now[verdict] - then[verdict] for verdict in (*DECIDED, "waiting")}
            said = " ".join(f"{n} {verdict}" for verdict, n in counts.items() if n)
            done = totals[name] if run.is_over else sum(counts[verdict] for verdict in DECIDED)
            progress.update(bars[run.dag_id], completed=max(done, 1 if run.is_over else 0), said=said or run.state)
            if run.is_over:
                progress.stop_task(bars[run.dag_id])
                if not console.is_terminal:
                    console.print(f"{name:<20} {run.state:<8} {seconds_of(run):6.1f} s  {said}")

        ledger_now: dict[str, Counter] = {}

        def poll(states: list[Run]) -> None:
            ledger_now.update(ledger())
            for run in states:
                show(run)

        return _until_over(rest, runs, seconds, poll)


def watch_one(rest: Rest, console: Console, run: Run, text: str, seconds: float) -> Run:
    """Show a spinner until the run is over; return it as it ended. Raises WarehouseError."""
    with console.status(text):
        return _until_over(rest, [run], seconds, lambda states: None)[0]


def _until_over(rest: Rest, runs: list[Run], seconds: float, poll: Callable[[list[Run]], None]) -> list[Run]:
    wanted = {(run.dag_id, run.run_id): run for run in runs}
    over: dict[tuple[str, str], Run] = {}
    deadline = time.monotonic() + seconds
    while len(over) < len(wanted):
        if time.monotonic() > deadline:
            late = ", ".join(dag_id for dag_id, run_id in wanted if (dag_id, run_id) not in over)
            raise WarehouseError(
                f"等待 {seconds:.0f} 秒仍未结束：{late}，请查看 Airflow 日志。",
                f"Not over after {seconds:.0f} s: {late}; see airflow/logs in ROLLCALL_HOME.",
            )
        time.sleep(_EVERY_SECONDS if len(wanted) > 1 else _EVERY_SECONDS / 4)
        open_runs = [key for key in wanted if key not in over]
        states = [rest.run(*key) for key in open_runs] if len(open_runs) < 4 else _many(rest, open_runs)
        poll(states)
        over |= {(run.dag_id, run.run_id): run for run in states if run.is_over}
    return [over[key] for key in wanted]


def _many(rest: Rest, keys: list[tuple[str, str]]) -> list[Run]:
    """All of them in one request instead of one each."""
    found = {(run.dag_id, run.run_id): run for run in rest.runs()}
    return [found[key] if key in found else rest.run(*key) for key in keys]


def seconds_of(run: Run) -> float:
    """How long it went; 0 while that is not known."""
    if not (run.started_at and run.ended_at):
        return 0.0
    begin, end = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in (run.started_at, run.ended_at))
    return (end - begin).total_seconds()
