"""Hold what the pipeline found against the planted truth, which only this module and those it calls read."""

import time
from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from rollcall.simulate.score_children import score_children
from rollcall.simulate.score_links import score_links
from rollcall.simulate.score_warning import score_warning


def score(as_of: date | None = None, truth: Path | None = None) -> dict:
    """Compare the ledger, the rejected rows and the published statuses with the truth; a flat object.

    `as_of` defaults to the date of the last publish; without one the counts of children are None. Raises
    FileNotFoundError when no truth was written.
    """
    from rollcall.warehouse.connect import connect
    from rollcall.warehouse.settings import settings

    began = time.monotonic()
    directory = truth or settings().truth
    if not (directory / "delivery.parquet").exists():
        raise FileNotFoundError(2, "no simulated truth here; run `rollcall simulate` first", str(directory))
    with connect("pipeline") as conn:
        conn.read_only = True
        found = _deliveries(conn, directory) | _sections(conn, directory) | _rows(conn, directory)
        as_of = as_of or _published(conn)
        found |= {"as_of": as_of.isoformat() if as_of else None} | score_children(conn, directory, as_of)
        found |= score_links(conn, directory, as_of)
        found |= score_warning(conn, directory, as_of)
    return found | {"seconds": round(time.monotonic() - began, 2)}


def _read(directory: Path, name: str) -> list[dict]:
    return pq.read_table(directory / f"{name}.parquet").to_pylist()


def _which(row: dict) -> tuple:
    return row["sender"], row["feed"], row["file_name"], row["sha256"], row["received_at"]


def _ledger(conn) -> dict[tuple, tuple[int, str]]:
    rows = conn.execute("select delivery_id, verdict, sender, feed, file_name, sha256, received_at from ops.delivery")
    return {tuple(which): (delivery_id, verdict) for delivery_id, verdict, *which in rows}


def _deliveries(conn, directory: Path) -> dict:
    ledger, verdicts = _ledger(conn), Counter()
    truth = _read(directory, "delivery")
    for row in truth:
        _, verdict = ledger.get(_which(row), (None, "unseen"))
        verdicts["rotten" if row["is_rotten"] else "sound", verdict] += 1
    return {
        "deliveries": len(truth),
        "rotten": sum(row["is_rotten"] for row in truth),
        "rotten_accepted": verdicts["rotten", "accepted"] + verdicts["rotten", "duplicate"],
        "rotten_undecided": verdicts["rotten", "waiting"] + verdicts["rotten", "pending"],
        "sound_refused": verdicts["sound", "refused"],
        "sound_undecided": verdicts["sound", "waiting"] + verdicts["sound", "pending"],
        "unseen": sum(n for (_, verdict), n in verdicts.items() if verdict == "unseen"),
        "not_planted": len(set(ledger) - {_which(row) for row in truth}),
    }


def _sections(conn, directory: Path) -> dict:
    ledger = _ledger(conn)
    planted = {(ledger.get(_which(row), (None,))[0], row["unit_code"]) for row in _read(directory, "section")}
    refused = conn.execute(
        """select s.delivery_id, s.unit_code from ops.delivery_section as s join ops.delivery as d using
        (delivery_id)
        where s.verdict = 'refused' and d.verdict = 'accepted'"""
    )
    found = {tuple(row) for row in refused}
    return {"rotten_sections_accepted": len(planted - found), "sound_sections_refused": len(found - planted)}


def _rows(conn, directory: Path) -> dict:
    """Rejected rows of accepted deliveries, line by line; a section refused whole is counted under
    sections."""
    accepted = {which: delivery_id for which, (delivery_id, verdict) in _ledger(conn).items() if verdict == "accepted"}
    planted = {
        (accepted[_which(row)], row["line"]): row["kind"]
        for row in _read(directory, "rejected_row")
        if _which(row) in accepted
    }
    rejected = conn.execute(
        """select r.delivery_id, r.line, r.rules from ops.rejected_row as r join ops.delivery as d using
        (delivery_id)
        where d.verdict = 'accepted' and not 'section_refused' = any(r.rules)"""
    )
    found = {(delivery_id, line): rules for delivery_id, line, rules in rejected}
    unexplained = Counter(rules[0] for key, rules in found.items() if key not in planted)
    return {
        "rows_rejected": len(found),
        "rows_planted": len(planted),
        "rows_unexplained": sum(unexplained.values()),
        "rows_planted_not_rejected": len(planted.keys() - found.keys()),
        **{f"rows_unexplained_{rule}": n for rule, n in sorted(unexplained.items())},
    }


def _published(conn) -> date | None:
    row = conn.execute(
        """select as_of from ops.publish where verdict = 'published' and schema_name = 'marts'
        order by finished_at desc limit 1"""
    ).fetchone()
    return row[0] if row else None
