"""Whether the ledger held every true dropout whose absences were reported on the day the rule says.

The day follows from the truth alone: the third and the twentieth school day in a row on which a delivered list names a
child that truly has dropped out. Children whom a teacher marks present are left aside.
"""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

REPORT_DAYS, DROPOUT_DAYS = 3, 20
LEDGER_COUNTS = (
    "dropouts_reported",
    "dropouts_on_time",
    "dropouts_on_time_share",
    "dropouts_due_20_days",
    "dropouts_20_days_on_time",
)


def score_ledger(conn, directory: Path, as_of: date, keys: dict[int, list[str]]) -> dict:
    """The counts named in LEDGER_COUNTS; `keys`: child_id -> the keys under which it stands in the marts."""
    cases, dropped = _cases(conn), _dropped(conn)
    opening, due = [], []
    for child, days in _listed(directory, as_of).items():
        if len(days) >= REPORT_DAYS:
            day = days[REPORT_DAYS - 1]
            opening.append(_holds(day, cases, keys.get(child, [])))
        if len(days) >= DROPOUT_DAYS:
            day = days[DROPOUT_DAYS - 1]
            due.append(_holds(day, dropped, keys.get(child, [])))
    return {
        "dropouts_reported": len(opening),
        "dropouts_on_time": sum(opening),
        "dropouts_on_time_share": round(sum(opening) / len(opening), 4) if opening else None,
        "dropouts_due_20_days": len(due),
        "dropouts_20_days_on_time": sum(due),
    }


def _holds(day: date, spells: dict[str, list[tuple[date, date]]], keys: list[str]) -> bool:
    return any(begin <= day < end for key in keys for begin, end in spells.get(key, []))


def _listed(directory: Path, as_of: date) -> dict[int, list[date]]:
    """child_id -> the days of its first absence without end on which delivered lists name it, in order."""
    units = {row["child_id"]: row["unit_code"] for row in pq.read_table(directory / "pupil.parquet").to_pylist()}
    come = Delivered(directory, as_of)
    away = {
        row["child_id"]: (row["from_on"], row["to_on"] or date.max)
        for row in reversed(pq.read_table(directory / "status.parquet").to_pylist())
        if row["state"] in ("dropout", "ghost") and row["concealed_by"] is None
    }
    days = defaultdict(set)
    for row in pq.read_table(directory / "unexplained_absence.parquet").to_pylist():
        begin, end = away.get(row["child_id"], (date.max, date.max))
        if begin <= row["day"] < end and (row["day"], units[row["child_id"]]) in come:
            days[row["child_id"]].add(row["day"])
    return {child: sorted(found) for child, found in days.items()}


class Delivered:
    """Which days' lists of absences had soundly come of which unit."""

    def __init__(self, directory: Path, as_of: date) -> None:
        rows = [row for row in pq.read_table(directory / "delivery.parquet").to_pylist() if row["feed"] == "absence"]
        self._days = {
            row["business_date"]
            for row in rows
            if not row["is_rotten"] and row["received_at"].date() <= as_of >= row["business_date"]
        }
        files = {row["file_name"]: row["business_date"] for row in rows}
        self._bad = {
            (files[row["file_name"]], row["unit_code"])
            for row in pq.read_table(directory / "section.parquet").to_pylist()
            if row["feed"] == "absence" and row["file_name"] in files
        }

    def __contains__(self, key: tuple[date, str]) -> bool:
        return key[0] in self._days and key not in self._bad


def _cases(conn) -> dict[str, list[tuple[date, date]]]:
    """child_key -> when a case of it was open."""
    rows = conn.execute("select child_key::text, opened_on, closed_on from marts.fct_case").fetchall()
    return _spells((key, begin, end or date.max) for key, begin, end in rows)


def _dropped(conn) -> dict[str, list[tuple[date, date]]]:
    """child_key -> when it was published as a dropout."""
    rows = conn.execute(
        """select child_key::text, from_on, least(to_on, '9999-12-31') from marts.fct_child_status
        where status = 'absent_20'"""
    )
    return _spells(rows.fetchall())


def _spells(rows) -> dict[str, list[tuple[date, date]]]:
    found = defaultdict(list)
    for key, begin, end in rows:
        found[key.replace("-", "")].append((begin, end))
    return found
