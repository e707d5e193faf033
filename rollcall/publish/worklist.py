"""The worklist: what is to be done for whom, by whom, until when; and with names, for the unit that must do it."""

from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier

from rollcall.publish.errors import PublishError
from rollcall.publish.swap import work_of

MARTS = "marts"
ACTION = "worklist export"
_PERSONAL = ("name", "id_number", "roll_number", "guardian_name", "guardian_phone")

# A unit has the cases it owns and those of children registered with it, for which it answers too.
_MINE = """
    (%(unit)s::text is null or w.unit_code = %(unit)s or w.admin_unit_code = %(unit)s)
    and (%(school)s::text is null or w.school_code = %(school)s)
    and (%(tier)s::text is null or w.owner_tier = %(tier)s)
order by w.place
"""
_LIST = SQL("select w.* from {marts}.mon_worklist as w where" + _MINE)
_NAMED = SQL(
    """
select w.*, n.name, n.sex, n.birth_on, n.id_number, n.roll_number, n.class_no, n.guardian_name, n.guardian_phone,
    t.township_name, n.village, a.unit_name as admin_unit_name
from {marts}.mon_worklist as w
join {marts}.fct_case as c on c.case_no = w.case_no
left join {work}.int_name_case_children as n on n.child_key = c.child_key
left join {work}.seed_township as t on t.township_code = n.township_code
left join {marts}.dim_unit as a on a.unit_code = w.admin_unit_code
where"""
    + _MINE
)


@dataclass(frozen=True)
class Scope:
    """Whose worklist: of a unit, of one school, at one tier (school, unit, municipality); None: of all. `schema`:
    the published marts it is read from."""

    unit: str | None = None
    school: str | None = None
    tier: str | None = None
    schema: str = MARTS


def worklist(conn: Connection, scope: Scope) -> list[dict]:
    """The rows of mon_worklist in the order of urgency, without names. PublishError if nothing is published."""
    _check(conn, scope)
    return rows_of(conn, _LIST, scope)


def export(conn: Connection, scope: Scope, reason: str, out: Path) -> int:
    """Write a unit's worklist with the children's names to the new file `out` (XLSX, mode 0600); how many cases.

    The access is logged and committed before the file has a byte. PublishError if nothing is published, the unit or
    school is unknown, nothing is to be done or the reason names somebody; WarehouseError without a reason; ReviewError
    if the file exists; OSError if it cannot be written. Nothing is left behind then.
    """
    from rollcall.identity.review.files import private_file
    from rollcall.publish.worklist_book import write_workbook
    from rollcall.warehouse.access_log import log_access

    place = name_of_place(conn, scope)
    rows = rows_of(conn, _NAMED, scope)
    if not rows:
        raise PublishError(f"{place} 没有待办事项。", f"Nothing is to be done by {place}.")
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


def rows_of(conn: Connection, query: SQL, scope: Scope) -> list[dict]:
    """The rows of a query of a scope; {marts} and {work} name its schemas."""
    return conn.cursor(row_factory=dict_row).execute(_in(query, scope), vars(scope)).fetchall()


def _in(query: SQL, scope: Scope) -> Composed:
    return query.format(marts=Identifier(scope.schema), work=Identifier(work_of(scope.schema)))


def _check(conn: Connection, scope: Scope) -> None:
    there = conn.execute("select to_regclass(quote_ident(%s) || '.mon_worklist')", (scope.schema,)).fetchone()[0]
    if there is None:
        raise PublishError(
            f"{scope.schema} 中尚未发布台账，请先执行 rollcall publish。",
            f"No ledger has been published in {scope.schema} yet: run `rollcall publish`.",
        )


def name_of_place(conn: Connection, scope: Scope) -> str:
    """The Chinese name of the unit that gets names, and of the school. PublishError if nothing is published, no unit
    is named or the place is unknown."""
    _check(conn, scope)
    if scope.unit is None:
        raise PublishError("请用 --unit 指明单位。", "Say with --unit whose list it is: names go to one unit only.")
    unit = conn.execute(
        _in(SQL("select unit_name from {marts}.dim_unit where unit_code = %s"), scope), (scope.unit,)
    ).fetchone()
    if unit is None:
        raise PublishError(f"没有代码为 {scope.unit} 的单位。", f"No unit has the code {scope.unit}; see dim_unit.")
    if scope.school is None:
        return unit[0]
    school = conn.execute(
        _in(SQL("select school_name from {marts}.dim_school where school_code = %s and unit_code = %s"), scope),
        (scope.school, scope.unit),
    ).fetchone()
    if school is None:
        raise PublishError(
            f"{unit[0]} 没有代码为 {scope.school} 的学校。", f"Unit {scope.unit} has no school {scope.school}."
        )
    return f"{unit[0]} {school[0]}"
