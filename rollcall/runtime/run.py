"""`make run`: a simulated municipality through the real Dags, from files in the inbox to the monitor."""

import json
import signal
import threading
from collections import Counter
from datetime import date, datetime
from pathlib import Path

from rich.console import Console

from rollcall.ingest.lying import lying
from rollcall.publish.version import code_version
from rollcall.runtime import airflow
from rollcall.runtime.feeds import Feed, feeds
from rollcall.runtime.rest import Rest, Run
from rollcall.runtime.scenario import Scenario, is_sent, refuse_another, send
from rollcall.runtime.timing import Timing
from rollcall.runtime.watch import ledger, left_lying, seconds_of, watch_feeds, watch_one
from rollcall.warehouse import server
from rollcall.warehouse.connect import connect
from rollcall.warehouse.migrate import migrate
from rollcall.warehouse.settings import settings

PUBLISH = "publish_marts"
_INGEST_SECONDS = 3600
_PUBLISH_SECONDS = 1800
# A delivery that waits for a reference is woken by its asset event; this many rounds make sure of it.
_ROUNDS = 3


def run_scenario(scenario: Scenario, as_json: bool = False) -> int:
    """Do it all; return the exit code: 0, or 1 when a Dag run failed, 130 after Ctrl-C.

    `as_json`: what a person is shown goes to stderr, and at the end {seconds, steps, failed} to stdout.
    """
    console = Console(stderr=as_json)
    if not console.is_terminal:
        console = Console(width=110, stderr=as_json)
    timing = Timing()
    started = _Started()
    hear_interrupts()
    try:
        failed = _run(scenario, console, timing, started)
    except KeyboardInterrupt:
        heard()
        console.print("\n已中断，正在停止 · interrupted, stopping", style="yellow")
        failed = None
    finally:
        # A second Ctrl-C must not leave half of it running.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        heard()
        started.stop()
        signal.signal(signal.SIGINT, before)
    if failed is None:
        return 130
    told = {"seconds": timing.seconds, "steps": timing.steps, "failed": failed}
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    _last_run().write_text(json.dumps(told | {"left": left_lying()}, ensure_ascii=False))
    return 1 if failed else 0


class _Started:
    """What this command started and so has to stop; what ran before stays."""

    def __init__(self) -> None:
        self.has_server = self.has_airflow = False
        self.is_cancelled = threading.Event()
        self.thread: threading.Thread | None = None

    def stop(self) -> None:
        self.is_cancelled.set()
        if self.thread:
            self.thread.join()
        if self.has_airflow:
            airflow.stop()
        if self.has_server:
            server.stop()


def _run(scenario: Scenario, console: Console, timing: Timing, started: _Started) -> list[str]:
    """Returns the failed Dag runs."""
    console.rule("[bold]点名 Rollcall")
    with timing.take("数据库 database"), console.status("启动数据库 · starting PostgreSQL"):
        started.has_server = not server.running()
        server.start()
        migrate()
    if _is_all_done(scenario):
        console.print("收件箱没有新报送，各周均已发布 · nothing new in the inbox, every week is published")
        _finish(console, timing, [])
        return []
    trouble = _start_airflow(started)
    with timing.take("模拟 simulate"):
        send(scenario, console)
    with timing.take("等待 Airflow · wait for Airflow"), console.status("启动 Airflow · starting Airflow"):
        started.thread.join()
        if trouble:
            raise trouble[0]
        airflow.wait_for_dags({feed.dag_id for feed in feeds()} | {PUBLISH})
    rest = Rest()
    console.print(f"Airflow: {airflow.address()}")
    failed = _ingest(rest, console, timing)
    failed += _publish(rest, console, timing, scenario)
    _finish(console, timing, failed)
    return failed


def _is_all_done(scenario: Scenario) -> bool:
    """Whether an earlier run has done everything that this one would do, by the code of now."""
    if not is_sent() or not _last_run().exists():
        return False
    refuse_another(scenario)
    # A file that has only half arrived was left lying then, too.
    return (
        json.loads(_last_run().read_text()).get("left") == left_lying()
        and not any(_has_undecided(feed) for feed in feeds())
        and all(_is_published(*each) for each in scenario.publishes())
    )


def _last_run() -> Path:
    return settings().home / "last_run.json"


def _start_airflow(started: _Started) -> list[Exception]:
    """Start it beside the simulation; what goes wrong is put into the list that is returned."""
    trouble: list[Exception] = []

    def work() -> None:
        try:
            started.has_airflow = airflow.start(is_cancelled=started.is_cancelled.is_set)
        except Exception as error:
            trouble.append(error)

    started.thread = threading.Thread(target=work, name="airflow", daemon=True)
    started.thread.start()
    return trouble


def _ingest(rest: Rest, console: Console, timing: Timing) -> list[str]:
    """Let the Dags take what lies in the inbox: referenced feeds first, then all the others together."""
    known = feeds()
    referenced = {name for feed in known for name in feed.references}
    first = [feed for feed in known if feed.name in referenced]
    rest_of_them = [feed for feed in known if feed.name not in referenced]
    failed: list[str] = []
    with timing.take("收件 ingest"):
        for wave in (first, rest_of_them):
            failed += _wave(rest, console, timing, wave)
        for _ in range(_ROUNDS):
            undecided = [feed for feed in known if _has_undecided(feed)]
            if failed or not undecided:
                break
            failed += _wave(rest, console, timing, undecided)
    return failed


def _wave(rest: Rest, console: Console, timing: Timing, wave: list[Feed]) -> list[str]:
    totals = Counter(path.parent.name for path in lying({feed.name for feed in wave}))
    for feed, counts in ledger().items():
        totals[feed] += counts["pending"] + counts["waiting"]
    # The longest first, or it would be alone at the end.
    wave = sorted(wave, key=lambda feed: -totals[feed.name])
    for feed in wave:
        rest.pause(feed.dag_id, False)
    runs = [rest.trigger(feed.dag_id) for feed in wave]
    over = watch_feeds(rest, console, runs, totals, _INGEST_SECONDS)
    for run in over:
        # Dags run side by side: what each of them took is the time of its tasks.
        spent = sum(task["duration"] or 0 for task in rest.tasks(run.dag_id, run.run_id))
        timing.add(run.dag_id, spent, "收件 ingest")
    return [_failure(rest, console, run) for run in over if run.state == "failed"]


def _has_undecided(feed: Feed) -> bool:
    counts = ledger().get(feed.name, {})
    return bool(counts.get("pending") or counts.get("waiting"))


def _publish(rest: Rest, console: Console, timing: Timing, scenario: Scenario) -> list[str]:
    failed: list[str] = []
    with timing.take("发布 publish"):
        # All of them or none: the last one published is what the marts show.
        wanted = scenario.publishes()
        for as_of, known_at in [] if all(_is_published(*each) for each in wanted) else wanted:
            rest.pause(PUBLISH, False)
            # Anew by newer code they begin again at the first week.
            params = {"as_of": as_of.isoformat(), "known_at": known_at.isoformat(), "back": True}
            run = rest.trigger(PUBLISH, params)
            run = watch_one(rest, console, run, f"发布 · publishing as of {as_of}", _PUBLISH_SECONDS)
            timing.add(f"as of {as_of}", seconds_of(run), "发布 publish")
            console.print(f"发布 publish {as_of}: {run.state} {seconds_of(run):.1f} s")
            if run.state == "failed":
                failed.append(_failure(rest, console, run))
    return failed


def _is_published(as_of: date, known_at: datetime) -> bool:
    """Whether this code has published it and no delivery has been decided since: again would give the
    same.
    """
    with connect("pipeline", autocommit=True) as conn:
        return conn.execute(
            """select exists (
                select from ops.publish
                where schema_name = 'marts' and verdict = 'published' and as_of = %s and known_at = %s
                    and code_version = %s
                    and started_at > coalesce((select max(decided_at) from ops.delivery), '-infinity')
            )""",
            (as_of, known_at, code_version()),
        ).fetchone()[0]


def _failure(rest: Rest, console: Console, run: Run) -> str:
    """Say which tasks failed and where their logs are."""
    tasks = [task for task in rest.tasks(run.dag_id, run.run_id) if task["state"] in ("failed", "upstream_failed")]
    names = ", ".join(sorted({task["task_id"] for task in tasks})) or "?"
    console.print(f"[red]失败 failed: {run.dag_id} ({names}); 日志 logs: airflow/logs/dag_id={run.dag_id}")
    return f"{run.dag_id}: {names}"


def _finish(console: Console, timing: Timing, failed: list[str]) -> None:
    from rollcall.runtime.ending import show_monitor, show_where_next

    with timing.take("监测 monitor"):
        show_monitor(console)
    console.print(timing.table())
    show_where_next(console, failed)


def hear_interrupts() -> None:
    """From now on Ctrl-C and SIGTERM raise KeyboardInterrupt, every two seconds until somebody has `heard` it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, _interrupt)


def heard() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)


def _interrupt(number: int, frame) -> None:
    # One that strikes in a callback of the interpreter's own, as in the middle of an import, is swallowed.
    signal.setitimer(signal.ITIMER_REAL, 2)
    raise KeyboardInterrupt
