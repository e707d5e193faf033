"""Mutated files through the whole pipeline: each is refused in words, or every row and staged cell is accounted for.

What is mutated are sound deliveries of a small simulated municipality, written again in every container form, so that
a mutant which is still sound can be accepted. It comes as one more revision of the delivery it was made of. One
process takes them all, each alone: out of the inbox, read, staged, gated, filed. A second, independent reading (csv,
openpyxl, calamine, html.parser) is then held against the rows as they lie in a stage table.
ROLLCALL_MUTANTS sets how many (default 500); the same number always gives the same files.
"""

import dataclasses
import hashlib
import json
import multiprocessing
import os
import random
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.scratch import scratch_warehouse
from tests.ingest.independent import differences
from tests.ingest.mutate import BYTE_MUTATIONS, FORMS, GRID_MUTATIONS, SUFFIX, Grid

COUNT = int(os.environ.get("ROLLCALL_MUTANTS") or 500)
SEED = 1
SCALE, START, WEEKS = 0.0005, date(2019, 9, 2), 1
RECEIVED = datetime(2020, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
FROM_EACH_FEED = 2  # deliveries that mutants are made of
MAX_ROWS = 400
SHARE_WITH_COUNT = 0.3  # of the mutants come with a manifest that tells the rows of the sound file
CHECK_ID = 2_000_000_000  # stage tables of the check bear a number that no delivery has
SHOWN = 20


@dataclasses.dataclass(frozen=True)
class Base:
    """A sound delivery; `grid`: its header by the contract and its cells as read."""

    feed: str
    sender: str
    business_date: str
    grid: Grid


def run() -> dict:
    import great_expectations  # noqa: F401  imported before the fork, as the scheduler does

    with (
        scratch_warehouse(),
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as worker,
    ):
        return worker.submit(_measure).result()


def _measure() -> dict:
    bases = _bases()
    counts, faults = Counter(), []
    for i in range(COUNT):
        told = _try(bases, i, counts)
        if told:
            faults.append(told)
    outcomes = ("accepted", "refused", "duplicate", "waiting")
    return {
        "mutants": COUNT,
        "bases": len(bases),
        "feeds": len({base.feed for base in bases}),
        **{outcome: counts[outcome] for outcome in outcomes},
        "faults": len(faults),
        **{name: counts[name] for name in sorted(counts) if name not in outcomes},
        **{f"fault_{i + 1:02d}": told for i, told in enumerate(faults[:SHOWN])},
    }


def _try(bases: list[Base], i: int, counts: Counter) -> str | None:
    """Send and check the i-th mutant; what is wrong with it, None if nothing."""
    base, form, mutation, data, has_count = _mutant(bases, i)
    which = f"{i} {base.feed} {form} {mutation}"
    try:
        row = _send(base, i, form, data, has_count)
    except Exception as error:  # what a user would see as a traceback
        counts["tracebacks"] += 1
        return f"{which}: {type(error).__name__} raised"
    verdict, n_read, n_accepted, n_rejected, reasons, sha256 = row
    counts[verdict] += 1
    counts[f"{verdict}_{mutation.replace(' ', '_')}"] += 1
    if not all(reason["rule"] and reason["zh"] and reason["en"] for reason in reasons):
        return f"{which}: a reason lacks its words"
    if verdict == "refused":
        counts[f"refused_by_{reasons[0]['rule'] if reasons else 'nothing'}"] += 1
        return None if reasons else f"{which}: refused without a reason"
    if verdict == "duplicate":
        return None if sha256 == hashlib.sha256(data).hexdigest() else f"{which}: not the bytes that were sent"
    if verdict != "accepted":
        return f"{which}: left {verdict}"
    if n_read != n_accepted + n_rejected:
        return f"{which}: {n_read} rows read, {n_accepted} accepted, {n_rejected} rejected"
    wrong = _wrong_cells(base.feed, form, data, n_read)
    counts["rows_accepted"] += n_accepted
    counts["rows_rejected"] += n_rejected
    return f"{which}: {len(wrong)} cells or rows differ" if wrong else None


def _mutant(bases: list[Base], i: int) -> tuple[Base, str, str, bytes, bool]:
    """Forms and mutations take turns; the delivery it is made of is drawn."""
    rng = random.Random(f"{SEED}/{i}")
    kinds = [*GRID_MUTATIONS, *BYTE_MUTATIONS, "swapped"]
    form, kind = list(FORMS)[i % len(FORMS)], kinds[i // len(FORMS) % len(kinds)]
    base = rng.choice(bases)
    grid = rng.choice([other for other in bases if other.feed != base.feed]).grid if kind == "swapped" else base.grid
    if kind in GRID_MUTATIONS:
        grid = GRID_MUTATIONS[kind](grid, rng)
    data = FORMS[form](grid)
    if kind in BYTE_MUTATIONS:
        data = BYTE_MUTATIONS[kind](data, rng)
    return base, form, kind, data, rng.random() < SHARE_WITH_COUNT


def _send(base: Base, i: int, form: str, data: bytes, has_count: bool) -> tuple:
    """Through the inbox to a verdict: (verdict, n_read, n_accepted, n_rejected, reasons, sha256)."""
    from rollcall.ingest.deliver import deliver
    from rollcall.ingest.inbox import discover
    from rollcall.warehouse.connect import connect
    from rollcall.warehouse.settings import settings

    folder = settings().inbox / base.sender / base.feed
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{base.feed}_{i:05d}{SUFFIX[form]}"
    manifest = {
        "feed": base.feed,
        "sender": base.sender,
        "business_date": base.business_date,
        "revision": i + 100,
        "sha256": hashlib.sha256(data).hexdigest(),
        "received_at": (RECEIVED + timedelta(minutes=i)).isoformat(),
    }
    if has_count:
        manifest["n_rows"] = len(base.grid) - 1
    path.write_bytes(data)
    path.with_name(path.name + ".manifest.json").write_text(json.dumps(manifest), "utf-8")
    (delivery_id,) = discover([base.feed], settle_seconds=0)
    deliver([delivery_id])
    with connect("pipeline") as conn:
        return conn.execute(
            """select verdict, n_read, n_accepted, n_rejected, reasons, sha256 from ops.delivery
            where delivery_id = %s""",
            (delivery_id,),
        ).fetchone()


def _wrong_cells(feed: str, form: str, data: bytes, n_read: int) -> list[str]:
    """What differs between these bytes, read independently, and the stage table that is made of them."""
    import pyarrow as pa

    from rollcall.contracts.load import contract
    from rollcall.ingest.read import read_file
    from rollcall.ingest.stage import drop, stage
    from rollcall.warehouse.connect import connect

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "delivery"
        path.write_bytes(data)
        reading = read_file(path, contract(feed), f"{feed}{SUFFIX[form]}")
    if reading.n_rows != n_read:
        return [f"{reading.n_rows} rows are {n_read} in the ledger"]
    with connect("pipeline", autocommit=True) as conn:
        staged = stage(conn, CHECK_ID, reading.table, contract(feed))
        cursor = conn.execute(f"select * from stage.d{CHECK_ID} order by line")
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
        drop(conn, staged)
    as_staged = dataclasses.replace(reading, table=pa.Table.from_pylist(rows, schema=reading.table.schema))
    return differences(data, as_staged, contract(feed))


def _bases() -> list[Base]:
    """Simulate; send what mutants will be made of, and the schools that these refer to, as they are."""
    import pyarrow.parquet as pq

    from rollcall.contracts.load import contract, contracts
    from rollcall.ingest.deliver import deliver
    from rollcall.ingest.inbox import discover
    from rollcall.ingest.lanes import plan
    from rollcall.ingest.read import read_file
    from rollcall.simulate.run import simulate
    from rollcall.warehouse.settings import settings

    sent = settings().home / "sent"
    simulate(SCALE, START, WEEKS, SEED, sent)
    rows = pq.read_table(settings().truth / "delivery.parquet").to_pylist()
    rows = [row for row in rows if not row["is_rotten"] and 0 < (row["n_rows"] or 0) <= MAX_ROWS]
    has_schools = {row["sender"] for row in rows if row["feed"] == "school"}
    found, taken = [], Counter()
    for row in rows:
        feed, sender = row["feed"], row["sender"]
        path = sent / sender / feed / row["file_name"]
        needs_schools = bool(contract(feed).references)
        if taken[feed] == FROM_EACH_FEED or not path.exists() or (needs_schools and sender not in has_schools):
            continue
        taken[feed] += 1
        _lay(path)
        if needs_schools:
            for school in sorted((sent / sender / "school").glob("*")):
                _lay(school)
        cells = read_file(path, contract(feed), path.name).table.drop_columns(["line"]).to_pylist()
        header = [column.zh for column in contract(feed).columns]
        grid = [header, *([_plain(line[c.name]) for c in contract(feed).columns] for line in cells)]
        found.append(Base(feed, sender, row["business_date"].isoformat(), grid))
    discover(settle_seconds=0)
    for feed in sorted(contracts(), key=lambda name: bool(contracts()[name].references)):
        for lane in plan(feed, 1):
            deliver(lane)
    return found


def _lay(path: Path) -> None:
    """Into the inbox, with the manifest if there is one."""
    from rollcall.warehouse.settings import settings

    target = settings().inbox / path.parent.parent.name / path.parent.name
    target.mkdir(parents=True, exist_ok=True)
    for file in (path, path.with_name(path.name + ".manifest.json")):
        if file.exists() and not (target / file.name).exists():
            os.link(file, target / file.name)


def _plain(cell: str | None) -> str:
    """Without what would part cells or rows in a file written without quotes."""
    return "".join(" " if c in ',;|\t\r\n"' else c for c in cell or "")
