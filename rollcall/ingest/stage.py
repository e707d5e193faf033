"""Stage one delivery: its text as it came, and beside it the same rows in canonical text, which the gate judges.

Two unlogged tables per delivery, `stage.d<id>` and `stage.d<id>_clean`. They are written anew by every attempt and
dropped by the transaction that files or refuses the delivery. The clean table is made here rather than at filing
so that the gate judges exactly the values that will be filed, and the cleaning rules exist once, in Python.
"""

import io
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv as pc
from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from rollcall.contracts.model import Contract
from rollcall.ingest.clean import clean_table, row_hashes
from rollcall.warehouse.boundary import reached
from rollcall.warehouse.secrets import secret

_COMPANION_TYPES = {"uuid": "uuid"}
_CHUNK_ROWS = 20_000
_SAMPLE = 10  # times 300 rows


@dataclass(frozen=True)
class Staged:
    """The two stage tables of a delivery, and how many rows each must hold."""

    delivery_id: int
    n_rows: int

    @property
    def raw(self) -> Identifier:
        return Identifier("stage", f"d{self.delivery_id}")

    @property
    def clean(self) -> Identifier:
        return Identifier("stage", f"d{self.delivery_id}_clean")

    @property
    def clean_name(self) -> str:
        return f"d{self.delivery_id}_clean"


def stage(conn: Connection, delivery_id: int, table: pa.Table, contract: Contract) -> Staged:
    """Copy a delivery's rows into its stage tables and commit. `table`: `line` and raw text columns."""
    staged = Staged(delivery_id, table.num_rows)
    clean = clean_table(table, contract, bytes.fromhex(secret("pseudonym.key")))
    clean = clean.append_column("row_hash", row_hashes(clean, contract))
    with conn.transaction():
        drop(conn, staged)
        _copy(conn, staged.raw, table, {})
        reached("copying")
        _copy(conn, staged.clean, clean, {**dict(contract.companions), "row_hash": "uuid"})
        # A few rows of the key are enough for the planner; all columns of 30,000 rows take longer than COPY itself.
        conn.execute(f"set local default_statistics_target = {_SAMPLE}")
        conn.execute(SQL("analyze {} ({})").format(staged.clean, SQL(", ").join(map(Identifier, contract.key))))
    reached("staged")
    return staged


def drop(conn: Connection, staged: Staged) -> None:
    conn.execute(SQL("drop table if exists {}, {}").format(staged.raw, staged.clean))


def drop_strays(conn: Connection) -> int:
    """Drop the stage tables of deliveries that are already decided (left by a crash). Returns how many."""
    strays = conn.execute(
        """select t.table_name from information_schema.tables as t
        left join ops.delivery as d on t.table_name in ('d' || d.delivery_id, 'd' || d.delivery_id || '_clean')
        where t.table_schema = 'stage' and coalesce(d.verdict, 'gone') not in ('pending', 'waiting')"""
    ).fetchall()
    for (name,) in strays:
        conn.execute(SQL("drop table if exists {}").format(Identifier("stage", name)))
    return len(strays)


def _copy(conn: Connection, name: Identifier, table: pa.Table, types: dict[str, str]) -> None:
    conn.execute(_create(name, table.column_names, types))
    columns = SQL(", ").join(map(Identifier, table.column_names))
    # The writer quotes every string and leaves nulls bare: COPY's CSV tells '' from NULL by just that.
    options = pc.WriteOptions(include_header=False, quoting_style="needed")
    with conn.cursor().copy(SQL("copy {} ({}) from stdin (format csv)").format(name, columns)) as copy:
        for batch in table.to_batches(max_chunksize=_CHUNK_ROWS):
            buffer = io.BytesIO()
            pc.write_csv(batch, buffer, options)
            copy.write(buffer.getbuffer())


def _create(name: Identifier, columns: list[str], types: dict[str, str]) -> Composed:
    defined = SQL(", ").join(
        SQL("{} {}").format(
            Identifier(column),
            SQL("integer not null") if column == "line" else SQL(_COMPANION_TYPES.get(types.get(column, ""), "text")),
        )
        for column in columns
    )
    return SQL("create unlogged table {} ({})").format(name, defined)
