"""The early warning with names, for the unit that must visit: a logged export of its own, as that of the worklist."""

from pathlib import Path

from psycopg import Connection
from psycopg.sql import SQL

from rollcall.publish.errors import PublishError
from rollcall.publish.worklist import Scope, name_of_place, rows_of

ACTION = "warning export"
_PERSONAL = ("name", "roll_number", "guardian_name", "guardian_phone")
_NAMED = SQL(
    """
select w.*, n.name, n.sex, n.roll_number, n.guardian_name, n.guardian_phone
from {marts}.mon_early_warning as w
left join {work}.int_name_warned_children as n on n.child_key = w.child_key
where w.unit_code = %(unit)s and (%(school)s::text is null or w.school_code = %(school)s)
order by w.rank_in_unit
"""
)


def export_warnings(conn: Connection, scope: Scope, reason: str, out: Path) -> int:
    """Write a unit's early warning with the children's names to the new file `out` (XLSX, mode 0600); how many.

    Logged and committed before the file has a byte. Raises as `worklist.export`.
    """
    from rollcall.identity.review.files import private_file
    from rollcall.publish.warning_book import write_workbook
    from rollcall.warehouse.access_log import log_access

    place = name_of_place(conn, scope)
    rows = rows_of(conn, _NAMED, scope)
    if not rows:
        raise PublishError(f"{place} 没有预警儿童。", f"Nobody of {place} is on the early warning.")
    if any(str(row[column]) in reason for row in rows for column in _PERSONAL if row[column]):
        raise PublishError(
            "理由中请勿写姓名或证件号：理由记入日志。", "Name nobody in the reason: it is written to a log."
        )
    with private_file(out) as file:
        number = log_access(conn, ACTION, scope.unit, len(rows), reason)
        content = write_workbook(rows, place, number)
        conn.commit()
        file.write(content)
    return len(rows)
