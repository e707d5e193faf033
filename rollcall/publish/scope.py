"""Of which published marts, and of which place, a list is asked."""

from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier

from rollcall.publish.errors import PublishError
from rollcall.publish.swap import work_of

MARTS = "marts"


@dataclass(frozen=True)
class Scope:
    """Whose list: of a unit, of one school, at one tier (school, unit, municipality); None: of all. `schema`:
    the published marts it is read from."""

    unit: str | None = None
    school: str | None = None
    tier: str | None = None
    schema: str = MARTS


def rows_of(conn: Connection, query: SQL, scope: Scope) -> list[dict]:
    """The rows of a query of a scope; {marts} and {work} name its schemas. PublishError if nothing is published or the
    place is unknown: no rows would look like nothing to do."""
    _check(conn, scope)
    _names(conn, scope)
    return conn.cursor(row_factory=dict_row).execute(_in(query, scope), vars(scope)).fetchall()


def name_of_place(conn: Connection, scope: Scope) -> str:
    """The Chinese name of the unit that gets names, and of the school. PublishError if nothing is published, no unit
    is named or the place is unknown."""
    _check(conn, scope)
    if scope.unit is None:
        raise PublishError("请用 --unit 指明单位。", "Say with --unit whose list it is: names go to one unit only.")
    return " ".join(_names(conn, scope))


def _names(conn: Connection, scope: Scope) -> list[str]:
    """Of the unit and of the school that a scope has; PublishError if there is no such one."""
    names = []
    if scope.unit is not None:
        query = SQL("select unit_name from {marts}.dim_unit where unit_code = %(unit)s")
        unit = conn.execute(_in(query, scope), vars(scope)).fetchone()
        if unit is None:
            raise PublishError(f"没有代码为 {scope.unit} 的单位。", f"No unit has the code {scope.unit}; see dim_unit.")
        names += unit
    if scope.school is not None:
        query = SQL(
            "select school_name from {marts}.dim_school"
            " where school_code = %(school)s and unit_code = coalesce(%(unit)s, unit_code)"
        )
        school = conn.execute(_in(query, scope), vars(scope)).fetchone()
        if school is None:
            raise PublishError(
                f"{''.join(names)}没有代码为 {scope.school} 的学校。",
                f"No school{f' of {scope.unit}' if scope.unit else ''} has the code {scope.school}; see dim_school.",
            )
        names += school
    return names


def _in(query: SQL, scope: Scope) -> Composed:
    return query.format(marts=Identifier(scope.schema), work=Identifier(work_of(scope.schema)))


def _check(conn: Connection, scope: Scope) -> None:
    there = conn.execute("select to_regclass(quote_ident(%s) || '.mon_worklist')", (scope.schema,)).fetchone()[0]
    if there is None:
        raise PublishError(
            f"{scope.schema} 中尚未发布台账，请先执行 rollcall publish。",
            f"No ledger has been published in {scope.schema} yet: run `rollcall publish`.",
        )
