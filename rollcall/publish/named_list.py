"""Lists with the children's names, for the one place that must act on them: logged before the file has a byte."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection
from psycopg.sql import SQL

from rollcall.publish.errors import PublishError
from rollcall.publish.scope import Scope, name_of_place, rows_of


@dataclass(frozen=True)
class NamedList:
    """A kind of list. `action`: its name in the access log; `query`: its rows by `unit` and `school`, in the order of
    the file; `personal`: columns whose values must not be in a reason; `nothing`: what is said of a {place} without
    rows, in Chinese and English; `write`: the file's content of (rows, place, number of the access)."""

    action: str
    query: SQL
    personal: tuple[str, ...]
    nothing: tuple[str, str]
    write: Callable[[Sequence[dict], str, int], bytes]


def export(conn: Connection, which: NamedList, scope: Scope, reason: str, out: Path) -> int:
    """Write the list of a unit or school to the new file `out` (mode 0600); how many rows it has.

    The access is logged and committed before the file has a byte. PublishError if nothing is published, the unit or
    school is unknown, the list is empty or the reason names somebody; WarehouseError without a reason; ReviewError
    if the file exists; OSError if it cannot be written. Nothing is left behind then.
    """
    from rollcall.identity.review.files import private_file
    from rollcall.warehouse.access_log import log_access

    place = name_of_place(conn, scope)
    rows = rows_of(conn, which.query, scope)
    if not rows:
        zh, en = which.nothing
        raise PublishError(zh.format(place=place), en.format(place=place))
    if any(str(row[column]) in reason for row in rows for column in which.personal if row[column]):
        raise PublishError(
            "理由中请勿写姓名或证件号：理由记入日志。", "Name nobody in the reason: it is written to a log."
        )
    with private_file(out) as file:
        number = log_access(conn, which.action, scope.unit, len(rows), reason)
        content = which.write(rows, place, number)
        conn.commit()
        file.write(content)
    return len(rows)
