"""From the canonical text of a clean stage table to the types of history."""

from psycopg.sql import SQL, Composed, Identifier, Literal

from rollcall.contracts.codes import code_list
from rollcall.contracts.model import Column, Contract
from rollcall.ingest.stage import Staged

# A value is cast only if it reads; one that does not, in a column where that is a warning, is filed as NULL.
_READS = {
    "date": (r"^\d{4}-\d\d-\d\d$", "date"),
    "timestamptz": (r"^\d{4}-\d\d-\d\d", "timestamptz"),
    "boolean": (r"^(true|false)$", "boolean"),
    "smallint": (r"^-?\d{1,4}$", "smallint"),
    "integer": (r"^-?\d{1,9}$", "integer"),
    "bigint": (r"^-?\d{1,17}$", "bigint"),
    "numeric": (r"^-?\d{1,12}(\.\d{1,6})?$", "numeric"),
    "uuid": (r"^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$", "uuid"),
}


def typed_rows(contract: Contract, staged: Staged) -> Composed:
    """Query for the accepted rows: typed columns, companions, row_hash (over the typed content) and line."""
    companions = [name for name, _ in contract.companions]
    columns = SQL(", ").join(
        [SQL("{} as {}").format(cast(column), Identifier(column.name)) for column in contract.columns]
        + [Identifier(name) for name in companions]
    )
    content = SQL(", ").join(
        SQL("coalesce({}::text, '')").format(Identifier(name))
        for name in [c.name for c in contract.columns] + [n for n in companions if n.endswith("_state")]
    )
    # OFFSET 0 keeps the planner from evaluating every cast twice.
    return SQL(
        """select t.*, md5(concat_ws(chr(31), {content}))::uuid as row_hash
        from (
            select {columns}, line from {clean} as c
            where not exists (select from fault as f where f.line = c.line)
            offset 0
        ) as t"""
    ).format(content=content, columns=columns, clean=staged.clean)


def cast(column: Column) -> Composed:
    """The value of a clean stage table's column in its type in history; null where its shape does not read."""
    name = Identifier(column.name)
    if column.kind == "code" and column.on_fault == "warn":
        codes = Literal(list(code_list(column.codes).codes))
        return SQL("case when {} = any({}) then {} end").format(name, codes, name)
    if column.sql_type not in _READS:
        return SQL("{}").format(name)
    shape, sql_type = _READS[column.sql_type]
    cast = SQL("{}::" + sql_type).format(name)
    if sql_type in ("date", "timestamptz"):
        return SQL("case when {n} ~ {shape} and pg_input_is_valid({n}, {type}) then {cast} end").format(
            n=name, shape=Literal(shape), type=Literal(sql_type), cast=cast
        )
    return SQL("case when {} ~ {} then {} end").format(name, Literal(shape), cast)
