"""Comments on tables and columns, for those who meet the ledger in a database client."""

from alembic import op
from psycopg.sql import SQL, Identifier, Literal


def describe(table: str, comment: str, columns: dict[str, str]) -> None:
    """Comment on `schema.table` and on its columns."""
    name = Identifier(*table.split("."))
    _run(SQL("comment on table {} is {}").format(name, Literal(comment)))
    for column, text in columns.items():
        target = Identifier(*table.split("."), column)
        _run(SQL("comment on column {} is {}").format(target, Literal(text)))


def _run(statement) -> None:
    connection = op.get_bind().connection.driver_connection
    connection.execute(statement)
