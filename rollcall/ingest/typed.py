"""From the canonical text of a clean stage table to the types of history."""

from psycopg.sql import SQL, Composed, Identifier, Literal

from rollcall.contracts.codes import code_list
from rollcall.contracts.model import Column, Contract

# A value is cast only if it reads; one that does not, in a column where that is a warning, is filed as NULL.
_READS = {
    "date": "{0} like '____-__-__' and pg_input_is_valid({0}, 'date')",
    "timestamptz": "{0} like '____-__-__%' and pg_input_is_valid({0}, 'timestamptz')",
    "boolean": "{0} in ('true', 'false')",
    "smallint": r"{0} ~ '^-?\d{{1,4}}$'",
    "integer": r"{0} ~ '^-?\d{{1,9}}$'",
    "bigint": r"{0} ~ '^-?\d{{1,17}}$'",
    "numeric": r"{0} ~ '^-?\d{{1,12}}(\.\d{{1,6}})?$'",
    "uuid": "{0} ~ '^[0-9a-f]{{8}}-?([0-9a-f]{{4}}-?){{3}}[0-9a-f]{{12}}$'",
}


def typed_columns(contract: Contract) -> Composed:
    """Select list that makes the contract's columns and their companions of those of a clean stage table, typed."""
    companions = [Identifier(name) for name, _ in contract.companions]
    return SQL(", ").join(
        [SQL("{} as {}").format(cast(column), Identifier(column.name)) for column in contract.columns] + companions
    )


def cast(column: Column) -> Composed:
    """The value of a clean stage table's column in its type in history; null where its shape does not read."""
    name = Identifier(column.name)
    if column.kind == "code" and column.on_fault == "warn":
        codes = Literal(list(code_list(column.codes).codes))
        return SQL("case when {} = any({}) then {} end").format(name, codes, name)
    if column.sql_type not in _READS:
        return SQL("{}").format(name)
    reads = SQL(_READS[column.sql_type]).format(name)
    return SQL("case when {} then {}::" + column.sql_type + " end").format(reads, name)
