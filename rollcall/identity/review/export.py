"""A unit's open doubts as a workbook for its clerk: only that unit's, logged before the file has a byte."""

from pathlib import Path

from psycopg import Connection

from rollcall.identity.review.errors import ReviewError
from rollcall.identity.review.files import private_file
from rollcall.identity.review.pair import Pair, pairs
from rollcall.identity.review.queue import doubts
from rollcall.identity.review.workbook import write_workbook
from rollcall.warehouse.access_log import log_access

ACTION = "review export"


def export(conn: Connection, unit_code: str, reason: str, out: Path) -> int:
    """Write the pairs that this unit may see and nobody has decided to `out`; their number. Commits.

    Raises ReviewError if there is no such unit, nothing in doubt, a name in the reason, or a file there already,
    WarehouseError without a reason, OSError if the file cannot be written. Nothing is left behind then.
    """
    unit_name = _unit_name(conn, unit_code)
    found = pairs(conn, doubts(conn, unit_code))
    if not found:
        raise ReviewError(f"{unit_code} 没有待核对的记录。", f"Nothing of {unit_code} is in doubt.")
    if any(names_somebody(reason, pair) for pair in found):
        raise ReviewError(
            "理由中请勿写姓名或证件号：理由记入日志。", "Name nobody in the reason: it is written to a log."
        )
    with private_file(out) as file:
        list_number = log_access(conn, ACTION, unit_code, len(found), reason)
        content = write_workbook(found, unit_code, unit_name, list_number)
        conn.commit()
        file.write(content)
    return len(found)


def names_somebody(text: str, pair: Pair) -> bool:
    """Whether a text holds a name, number or phone of either row."""
    columns = ("name", "former_name", "id_number", "roll_number", "guardian_name", "guardian_phone")
    known = (row.get(column) for row in (pair.subject, pair.child) for column in columns)
    return any(str(value) in text for value in known if value)


def _unit_name(conn: Connection, unit_code: str) -> str:
    doubts(conn, unit_code)  # says so plainly if nothing has been published
    row = conn.execute("select unit_name from marts.dim_unit where unit_code = %s", (unit_code,)).fetchone()
    if row is None:
        raise ReviewError(f"没有代码为 {unit_code} 的单位。", f"No unit has the code {unit_code}; see seed_unit.csv.")
    return row[0]
