"""Kill -9 in a run from the inbox to the marts, and two runs at once; after a re-run nothing tells of it.

A run takes a small simulated municipality's files out of the inbox, files them and publishes. Its worker, or the
PostgreSQL under it, is felled at every named boundary and at random moments: these lie one in each equal part of an
undisturbed run, and fell the two in turn. Compared with the undisturbed run are a hash of history, ledger and
rejected rows, and one of the marts.
ROLLCALL_KILLS sets how many random points (default 20), ROLLCALL_KILL_SEED where they lie.
"""

import hashlib
import os
import random
import re
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from benchmarks.resume import Progress
from benchmarks.scratch import scratch_warehouse

POINTS = int(os.environ.get("ROLLCALL_KILLS") or 20)
SEED = int(os.environ.get("ROLLCALL_KILL_SEED") or 1)
SCALE, START, WEEKS = 0.0005, date(2019, 9, 2), 1
UNITS = 6  # of the 41, with their police offices: one run stays under a minute
VICTIMS = ("worker", "postmaster")
TRIES = 5
TOGETHER = "two at once"


def run() -> dict:
    from rollcall.warehouse.boundary import BOUNDARIES

    points = [f"{name}:{victim}" for name in BOUNDARIES for victim in VICTIMS]
    points += [f"random:{i}" for i in range(POINTS)] + [TOGETHER]
    progress = Progress("crash", points=points, seed=SEED)
    with scratch_warehouse() as home:
        _finished(_start(home, _simulate, home))
        _lay_out(home)
        began = time.monotonic()
        _finished(_start(home, _work))
        seconds = time.monotonic() - began
        expected, size = _hashes(), _size()
        for point in points:
            if point not in progress.parts:
                seen = _seen_at(home, point, seconds)
                seen |= _compared(home, expected, is_whole=point == TOGETHER)
                progress.check_code()
                progress.keep(point, seen)
    seen = {"scale": SCALE, "units": UNITS, "undisturbed_seconds": round(seconds, 1), **size, "points": len(points)}
    for name in ("equal", "hit"):
        lacking = [point for point in points if not progress.parts[point][f"is_{name}"]]
        seen |= {f"points_{name}": len(points) - len(lacking), f"points_not_{name}": " ".join(lacking)}
    for point in points:
        label = re.sub(r"\W", "_", point)
        seen |= {f"{label}_{name}": value for name, value in progress.parts[point].items()}
    progress.done()
    return seen


def _seen_at(home: Path, point: str, seconds: float) -> dict:
    """Disturb a run from the beginning at this point."""
    if point == TOGETHER:
        _afresh(home)
        both = [_start(home, _work), _start(home, _work)]
        return {"is_hit": True, "exit_codes": " ".join(str(_exit_code(worker)) for worker in both)}
    name, which = point.split(":")
    return _at_random(home, int(which), seconds) if name == "random" else _at_boundary(home, name, which)


def _at_boundary(home: Path, name: str, victim: str) -> dict:
    from rollcall.warehouse import server

    _afresh(home)
    exit_code = _exit_code(_start(home, _work, f"{name}:server" if victim == "postmaster" else name))
    is_hit = exit_code == -signal.SIGKILL if victim == "worker" else not server.running()
    server.start()
    return {"is_hit": is_hit, "found": _where()}


def _at_random(home: Path, i: int, seconds: float) -> dict:
    """In the i-th part of a run of that length; if one was over already, once more by the length of that one."""
    dice = random.Random(f"{SEED}/{i}")
    victim = VICTIMS[i % 2]
    for _ in range(TRIES):
        after = seconds * (i + dice.random()) / POINTS
        _afresh(home)
        began = time.monotonic()
        worker = _start(home, _work)
        worker.join(after)
        is_hit = worker.exitcode is None
        if is_hit:
            break
        seconds = time.monotonic() - began
    where = _where()
    _kill(victim, worker)
    return {"is_hit": is_hit, "victim": victim, "after_seconds": round(after, 2), "found": where}


def _compared(home: Path, expected: tuple[str, dict[str, str]], is_whole: bool) -> dict:
    """Run again to the end, unless it is whole as it is, and say what is otherwise than after an undisturbed run."""
    began = time.monotonic()
    exit_code = 0 if is_whole else _exit_code(_start(home, _work))
    history, marts = (None, {}) if exit_code else _hashes()
    unequal = sorted(name for name in marts.keys() | expected[1].keys() if marts.get(name) != expected[1].get(name))
    return {
        "rerun_seconds": round(time.monotonic() - began, 1),
        "rerun_exit_code": exit_code,
        "is_history_equal": history == expected[0],
        "marts_unequal": " ".join(unequal),
        "is_equal": (history, marts) == expected,
    }


def _start(home: Path, work, *arguments):
    """A worker as Airflow makes one: a fork of a process that has Great Expectations imported already."""
    import great_expectations  # noqa: F401

    worker = get_context("fork").Process(target=_quietly, args=(home / "worker.log", work, *arguments))
    worker.start()
    return worker


def _quietly(log: Path, work, *arguments) -> None:
    """What a worker says when its database dies belongs into a log."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    work(*arguments)


def _exit_code(worker) -> int:
    worker.join()
    return worker.exitcode


def _finished(worker) -> None:
    if code := _exit_code(worker):
        raise RuntimeError(f"an undisturbed worker ended with exit code {code}")


def _kill(victim: str, worker) -> None:
    from rollcall.warehouse import server

    if victim == "worker":
        if worker.exitcode is None:
            os.kill(worker.pid, signal.SIGKILL)
        worker.join()
        return
    server.kill9()
    worker.join(60)
    if worker.exitcode is None:
        worker.kill()
        worker.join()
    server.start()


def _work(kill_at: str = "") -> None:
    from rollcall.contracts.load import contracts
    from rollcall.ingest.deliver import deliver
    from rollcall.ingest.inbox import discover
    from rollcall.ingest.lanes import plan
    from rollcall.publish.publish import publish
    from rollcall.runtime.scenario import Scenario

    os.environ["ROLLCALL_KILL_AT"] = kill_at
    discover(settle_seconds=0)
    for feed in sorted(contracts(), key=lambda name: bool(contracts()[name].references)):
        for lane in plan(feed, 1):
            deliver(lane)
    result = publish(*Scenario(SCALE, START, WEEKS, 1).publishes()[-1], wait_seconds=300)
    if not result.is_published:
        print(result.reasons)
        raise SystemExit(3)


def _simulate(home: Path) -> None:
    """The files of every sender but most units, kept apart from the inbox to be laid out again and again."""
    from rollcall.simulate.run import simulate

    simulate(SCALE, START, WEEKS, 1, home / "sent", home / "truth")
    units = sorted(path.name for path in (home / "sent").iterdir() if path.name.isdigit())
    for unit in units[UNITS:]:
        shutil.rmtree(home / "sent" / unit)
        shutil.rmtree(home / "sent" / f"police-{unit}", ignore_errors=True)


def _afresh(home: Path) -> None:
    _wipe()
    _lay_out(home)


def _lay_out(home: Path) -> None:
    from rollcall.warehouse.settings import settings

    shutil.copytree(home / "sent", settings().inbox, dirs_exist_ok=True)  # times of arrival go with the files


def _wipe() -> None:
    """An empty warehouse under the same keys; the months' partitions are to be made again."""
    from rollcall.contracts.load import contracts
    from rollcall.warehouse.connect import connect_admin
    from rollcall.warehouse.settings import settings

    with connect_admin(autocommit=False) as admin:
        months = admin.execute(
            """select relname from pg_class where relnamespace = 'history'::regnamespace and relkind = 'r'
            and relname <> all(%s)""",
            (list(contracts()),),
        ).fetchall()
        for (table,) in months:
            admin.execute(SQL("drop table {}").format(Identifier("history", table)))
        filled = admin.execute(
            """select n.nspname, c.relname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
            where n.nspname in ('ops', 'history', 'identity') and c.relkind in ('r', 'p') and not c.relispartition
                and c.relname <> 'alembic_version'"""
        ).fetchall()
        admin.execute(SQL("truncate {} cascade").format(SQL(", ").join(Identifier(*name) for name in filled)))
        made = admin.execute(
            "select nspname from pg_namespace where nspname ~ '^marts' and nspname <> 'marts' order by 1"
        ).fetchall()
        for (schema,) in made:
            admin.execute(SQL("drop schema {} cascade").format(Identifier(schema)))
        for schema in ("marts", "stage"):
            for table, kind in admin.execute(
                """select relname, relkind from pg_class where relnamespace = %s::regnamespace
                and relkind in ('r', 'v')""",
                (schema,),
            ).fetchall():
                drop = "drop table if exists {} cascade" if kind in (b"r", "r") else "drop view if exists {} cascade"
                admin.execute(SQL(drop).format(Identifier(schema, table)))
    for folder in (settings().inbox, settings().archive, settings().docs_out, settings().home / "spill"):
        shutil.rmtree(folder, ignore_errors=True)


def _where() -> str:
    """How far the run had come: deliveries still undecided, or the publish."""
    from rollcall.warehouse.connect import connect

    with connect("pipeline") as conn:
        n, n_left, n_publish = conn.execute(
            """select count(*), count(*) filter (where verdict in ('pending', 'waiting')),
                (select count(*) from ops.publish) from ops.delivery"""
        ).fetchone()
    return "publishing" if n_publish else f"ingesting, {n - n_left} of {n} deliveries decided"


def _size() -> dict:
    from rollcall.contracts.load import contracts
    from rollcall.warehouse.connect import connect
    from tests.content import history_rows

    with connect("pipeline") as conn:
        verdicts = dict(conn.execute("select verdict, count(*) from ops.delivery group by 1 order by 1").fetchall())
        history = sum(len(history_rows(conn, contract)) for contract in contracts().values())
        marts = sum(len(rows) for _, _, rows in _marts(conn))
    by_verdict = {f"deliveries_{verdict}": n for verdict, n in verdicts.items()}
    return {"deliveries": sum(verdicts.values()), **by_verdict, "history_rows": history, "marts_rows": marts}


def _hashes() -> tuple[str, dict[str, str]]:
    from rollcall.warehouse.connect import connect
    from tests.content import content_hash

    with connect("pipeline") as conn:
        return content_hash(conn), marts_hashes(conn)


def marts_hashes(conn: Connection) -> dict[str, str]:
    """A hash for every table and view that is published; our ids of deliveries are told as what they name."""
    named = {
        str(delivery_id): "/".join(map(str, names))
        for delivery_id, *names in conn.execute(
            "select delivery_id, feed, sender, business_date, received_at, sha256 from ops.delivery"
        )
    }
    found = {}
    for relation, columns, rows in _marts(conn):
        told = sorted(str([_told(c, v, named) for c, v in zip(columns, row, strict=True)]) for row in rows)
        found[relation] = hashlib.sha256(f"{columns} {told}".encode()).hexdigest()
    return found


def _marts(conn: Connection) -> Iterator[tuple[str, list[str], list[tuple]]]:
    """(relation, columns, rows as text) of everything published."""
    relations = conn.execute(
        """select c.relname, array_agg(a.attname::text order by a.attname) from pg_class as c
        join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'marts'::regnamespace and c.relkind in ('r', 'v', 'm') group by 1 order by 1"""
    ).fetchall()
    for relation, columns in relations:
        texts = SQL(", ").join(SQL("{}::text").format(Identifier(column)) for column in columns)
        query = SQL("select {} from {}").format(texts, Identifier("marts", relation))
        yield relation, columns, conn.execute(query).fetchall()


def _told(column: str, value: str | None, named: dict[str, str]) -> str | None:
    if value is None or column not in ("filed_by", "delivery_id", "evidence"):
        return value
    if column == "evidence":  # feed:delivery_id, separated by spaces
        return " ".join(sorted(re.sub(r"(?<=:)[0-9]+$", lambda m: named[m[0]], part) for part in value.split()))
    return named[value]
