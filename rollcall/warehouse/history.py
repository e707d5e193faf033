"""Tables of history, made from the contracts: a new feed or a new column needs no migration."""

from datetime import date, timedelta

from psycopg import Connection
from psycopg.sql import SQL, Composable, Identifier, Literal

from rollcall.contracts.model import Contract

# Columns that history keeps beside those of the contract: name, definition, meaning.
_SENDER = ("sender", "text not null", "送交单位 Who sent it")
_LINE = ("line", "integer not null", "文件行号 Line in the file, from 1")
_KNOWN = [
    (
        "known_from",
        "timestamptz not null",
        "获知起 Since when it has been believed (receipt of the delivery)",
    ),
    (
        "known_to",
        "timestamptz not null default 'infinity'",
        "获知止 Until when it was believed; infinity: still is",
    ),
    ("filed_by", "bigint not null", "入库批号 Delivery that said it"),
    ("retired_by", "bigint", "撤下批号 Delivery that ended the belief"),
]
_OWN = {
    "snapshot": [
        ("row_hash", "uuid not null", "内容摘要 Equal content has equal hashes"),
        _LINE,
        ("valid_from", "date not null", "有效起 First day on which it holds"),
        ("valid_to", "date not null default 'infinity'", "有效止 First day on which it no longer holds"),
        *_KNOWN,
    ],
    "events": [("business_date", "date not null", "业务日期 Business date of the delivery"), _LINE, *_KNOWN],
}
RESERVED = frozenset(["sender", *(name for columns in _OWN.values() for name, _, _ in columns)])
# Deliveries come in bulk: look at a table again after a twentieth of it has changed, not after a fifth.
_OPTIONS = SQL("with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)")

Columns = list[tuple[str, str, str]]


def ensure_history(conn: Connection, contract: Contract) -> None:
    """Make `history.<feed>` or bring it up to its contract, in the transaction of `conn` (role pipeline).

    A column that the contract gained is added; one that it lost stays and may be null. ValueError if a column
    has the name of one of history's own, or another type than before: that takes a decision, so a migration.
    """
    columns = _columns(contract)
    names = [name for name, _, _ in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"contract {contract.name}: {', '.join(twice)} is a name that history keeps for itself")
    table = Identifier("history", contract.name)
    if not _exists(conn, contract.name):
        _only_one(conn, contract.name)
        if not _exists(conn, contract.name):
            defined = SQL(", ").join(SQL("{} " + what).format(Identifier(name)) for name, what, _ in columns)
            parted = "partition by range (business_date)" if contract.history == "events" else "{options}"
            _run(
                conn,
                "create table {table} ({defined}) " + parted,
                table=table,
                defined=defined,
                options=_OPTIONS,
            )
    _fit_columns(conn, contract, table, columns)
    _fit_indexes(conn, contract, table)


def ensure_partition(conn: Connection, feed: str, business_date: date) -> None:
    """Make the month's partition of an event feed; nothing for a snapshot feed.

    In the transaction of `conn`, or one of its own. Readers and writers of the feed's other months go on meanwhile.
    """
    name = f"{feed}_{business_date:%Y%m}"
    if _exists(conn, name) or _kind(conn, feed) != "p":
        return
    with conn.transaction():
        _only_one(conn, name)
        if not _exists(conn, name):
            _make_partition(conn, feed, name, business_date.replace(day=1))


def _make_partition(conn: Connection, feed: str, name: str, start: date) -> None:
    end = (start + timedelta(days=31)).replace(day=1)
    month, table = Identifier("history", name), Identifier("history", feed)
    # Made alone and attached: CREATE ... PARTITION OF would wait for everyone who uses the feed.
    _run(conn, "create table {m} (like {t} including all) {options}", m=month, t=table, options=_OPTIONS)
    _run(
        conn,
        "alter table {t} attach partition {m} for values from ({start}) to ({end})",
        **{"t": table, "m": month, "start": Literal(start), "end": Literal(end)},
    )


def _columns(contract: Contract) -> Columns:
    """Every column of the table: name, definition, comment."""
    columns: Columns = [_SENDER]
    for column in contract.columns:
        # Only a key must be there: what else a row may lack is the gate's to judge.
        required = " not null" if column.key_position is not None and column.is_required else ""
        columns.append((column.name, column.sql_type + required, f"{column.zh} {column.description}".strip()))
        for name, sql_type in column.companions:
            what = "假名 Pseudonym" if name.endswith("_key") else "状态 State"
            columns.append((name, sql_type, f"{column.zh}{what} of {column.name}"))
    return columns + _OWN[contract.history]


def _fit_columns(conn: Connection, contract: Contract, table: Identifier, columns: Columns) -> None:
    there = {
        name: (type_name, is_fixed, comment)
        for name, type_name, is_fixed, comment in conn.execute(
            """select attname, atttypid::regtype::text, attnotnull, col_description(attrelid, attnum)
            from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped""",
            (f"history.{contract.name}",),
        )
    }
    for name, what, comment in columns:
        sql_type = what.removesuffix(" not null")
        column = Identifier(name)
        if name not in there:
            _run(conn, "alter table {t} add column {c} " + sql_type, t=table, c=column)
        elif name not in RESERVED and not _same_type(conn, sql_type, there[name][0]):
            raise ValueError(
                f"contract {contract.name}: {name} is {sql_type}, but history holds it as {there[name][0]}"
            )
        if name not in there or there[name][2] != comment:
            _comment(conn, Identifier("history", contract.name, name), comment)
    kept = {name for name, _, _ in columns}
    for name, (_, is_fixed, _) in there.items():
        if name not in kept and is_fixed:
            _run(conn, "alter table {t} alter column {c} drop not null", t=table, c=Identifier(name))
    comment = f"{contract.zh}: {contract.grain}. {contract.purpose}".strip()
    if conn.execute("select obj_description(%s::regclass)", (f"history.{contract.name}",)).fetchone()[0] != comment:
        _run(conn, "comment on table {t} is {text}", t=table, text=Literal(comment))


def _fit_indexes(conn: Connection, contract: Contract, table: Identifier) -> None:
    """Find believed rows by sender and key (a snapshot's versions cannot double), and rows by the delivery
    that wrote or retired them, which is how a delivery is taken back."""
    if contract.history == "snapshot":
        believed = ("sender", *contract.key, "valid_from")
        _index(conn, contract.name, "believed", table, believed, "where known_to = 'infinity'", unique=True)
    else:
        believed = ("sender", "business_date")
        _index(conn, contract.name, "believed", table, believed, "where known_to = 'infinity'")
    _index(conn, contract.name, "filed_by", table, ("filed_by",))
    _index(conn, contract.name, "retired_by", table, ("retired_by",), "where retired_by is not null")


def _index(
    conn: Connection,
    feed: str,
    purpose: str,
    table: Identifier,
    columns: tuple,
    where: str = "",
    unique: bool = False,
) -> None:
    """An index on exactly these columns; one on others, from an earlier contract, is replaced."""
    name = f"{feed}_{purpose}"
    there = conn.execute(
        "select array_agg(attname::text order by attnum) from pg_attribute where attrelid = to_regclass(%s)",
        (f"history.{name}",),
    ).fetchone()[0]
    if there == list(columns):
        return
    if there:
        _run(conn, "drop index {i}", i=Identifier("history", name))
    _run(
        conn,
        f"create {'unique ' if unique else ''}index {{i}} on {{t}} ({{columns}}) {where}",
        **{"i": Identifier(name), "t": table, "columns": SQL(", ").join(map(Identifier, columns))},
    )


def _exists(conn: Connection, name: str) -> bool:
    return _kind(conn, name) is not None


def _kind(conn: Connection, name: str) -> str | None:
    row = conn.execute(
        "select relkind::text from pg_class where oid = to_regclass(%s)", (f"history.{name}",)
    ).fetchone()
    return row[0] if row else None


def _same_type(conn: Connection, wanted: str, there: str) -> bool:
    return conn.execute("select to_regtype(%s)::text = %s", (wanted, there)).fetchone()[0]


def _only_one(conn: Connection, name: str) -> None:
    """Two lanes may want the same table at once: the second waits here, then finds it made."""
    conn.execute("select pg_advisory_xact_lock(hashtext('history'), hashtext(%s))", (name,))


def _comment(conn: Connection, column: Identifier, comment: str) -> None:
    _run(conn, "comment on column {c} is {text}", c=column, text=Literal(comment))


def _run(conn: Connection, statement: str, **parts: Composable) -> None:
    conn.execute(SQL(statement).format(**parts))  # type: ignore[arg-type]


def analyze_history(conn: Connection) -> None:
    """Bring the planner's statistics up to date where a tenth of a table has changed since they were taken.

    Autovacuum gets there in its own time, and never for a partitioned table as a whole: right after a first load
    the planner believes the tables empty, and a join of 20,000 rows with 600 takes a minute.
    """
    stale = conn.execute(
        """select coalesce(parent.relname, part.relname)
        from pg_stat_user_tables as part
        left join pg_inherits on pg_inherits.inhrelid = part.relid
        left join pg_class as parent on parent.oid = pg_inherits.inhparent
        where part.schemaname = 'history'
        group by 1
        having sum(part.n_mod_since_analyze) > 0.1 * sum(part.n_live_tup)"""
    ).fetchall()
    for (table,) in stale:
        conn.execute(SQL("analyze {}").format(Identifier("history", table)))
