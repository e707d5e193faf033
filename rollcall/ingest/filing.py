"""File a judged delivery: history, rejected rows, ledger and the end of its stage tables, in one transaction."""

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier, Literal
from psycopg.types.json import Jsonb

from rollcall.contracts.codes import code_list
from rollcall.contracts.model import Column, Contract
from rollcall.ingest import ledger
from rollcall.ingest.judge import Judgement, section_of
from rollcall.ingest.ledger import Delivery
from rollcall.ingest.splice import splice
from rollcall.ingest.stage import Staged
from rollcall.warehouse.boundary import reached

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


def file(conn: Connection, contract: Contract, delivery: Delivery, staged: Staged, judgement: Judgement) -> None:
    """Move a delivery that is not refused into history. Runs in the caller's transaction, which also decides it."""
    if not delivery.is_judged:
        _keep_rejected(conn, contract, delivery, staged)
    rows = typed_rows(contract, staged)
    if contract.history == "snapshot":
        if not _outranking(conn, delivery):
            splice(conn, contract, delivery, rows)
    else:
        _replace_events(conn, contract, delivery, rows, judgement)
    reached("filing")


def typed_rows(contract: Contract, staged: Staged) -> Composed:
    """Query for the accepted rows: typed columns, companions, row_hash (over the typed content) and line."""
    companions = [name for name, _ in contract.companions]
    columns = SQL(", ").join(
        [SQL("{} as {}").format(_cast(column), Identifier(column.name)) for column in contract.columns]
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


def _cast(column: Column) -> Composed:
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


def _keep_rejected(conn: Connection, contract: Contract, delivery: Delivery, staged: Staged) -> None:
    unit = SQL("nullif({}, '')").format(section_of(contract)) if contract.section else Literal(delivery.sender)
    conn.execute(
        SQL(
            """insert into ops.rejected_row (delivery_id, line, unit_code, rules, row)
            select {delivery}, r.line, c.unit, f.rules, to_jsonb(r) - 'line'
            from (select line, array_agg(distinct rule order by rule) as rules from fault group by line) as f
            join {raw} as r on r.line = f.line
            join (select line, {unit} as unit from {clean}) as c on c.line = f.line"""
        ).format(delivery=Literal(delivery.delivery_id), unit=unit, raw=staged.raw, clean=staged.clean)
    )


def _outranking(conn: Connection, delivery: Delivery) -> list[Delivery]:
    """Deliveries for the same date that came before and outrank this one: it is then kept but not in force."""
    return [other for other in ledger.same_slot(conn, delivery) if other.rank > delivery.rank]


def _replace_events(
    conn: Connection, contract: Contract, delivery: Delivery, rows: Composed, judgement: Judgement
) -> None:
    """Retract what the sender said for this date before, write what it says now; by section where there are any."""
    kept = list(judgement.refused_sections)  # of these, what was filed before stays in force
    blocked = [_refused_sections(conn, other) for other in _outranking(conn, delivery)]
    open_only = set.intersection(*map(set, blocked)) if blocked else None
    if open_only is not None and not open_only:
        return
    section = Identifier(contract.section) if contract.section else Literal("")
    scope = SQL("not (coalesce({}, '') = any({}))").format(section, Literal(kept))
    if open_only is not None:
        scope = scope + SQL(" and coalesce({}, '') = any({})").format(section, Literal(sorted(open_only)))
    columns = SQL(", ").join(
        Identifier(name) for name in [c.name for c in contract.columns] + [n for n, _ in contract.companions]
    )
    values = {
        "history": Identifier("history", delivery.feed),
        "known": Literal(delivery.received_at),
        "delivery": Literal(delivery.delivery_id),
        "sender": Literal(delivery.sender),
        "on": Literal(delivery.business_date),
        "scope": scope,
        "columns": columns,
        "rows": rows,
    }
    conn.execute(
        SQL(
            """update {history} set known_to = {known}, retired_by = {delivery}
            where sender = {sender} and business_date = {on} and known_to = 'infinity' and {scope}"""
        ).format(**values)
    )
    conn.execute(
        SQL(
            """insert into {history} (sender, {columns}, business_date, line, known_from, known_to, filed_by)
            select {sender}, {columns}, {on}, line, {known}, 'infinity'::timestamptz, {delivery}
            from ({rows}) as r where {scope}"""
        ).format(**values)
    )


def _refused_sections(conn: Connection, delivery: Delivery) -> list[str]:
    return [
        unit
        for (unit,) in conn.execute(
            "select unit_code from ops.delivery_section where delivery_id = %s and verdict = 'refused'",
            (delivery.delivery_id,),
        )
    ]


def record_outcomes(conn: Connection, delivery: Delivery, outcomes: list, n_unexpected: dict) -> None:
    """Write every expectation's outcome into `ops.rule_result`."""
    conn.cursor().executemany(
        """insert into ops.rule_result (delivery_id, rule, column_name, severity, is_success, n_unexpected)
        values (%s, %s, nullif(%s, ''), %s, %s, %s)""",
        [
            (delivery.delivery_id, rule, column, severity, succeeded, n_unexpected.get((rule, column), 0))
            for rule, column, severity, succeeded in outcomes
        ],
    )


def record_sections(conn: Connection, delivery: Delivery, judgement: Judgement) -> None:
    """Write each section's counts and verdict into `ops.delivery_section`."""
    refused = set(judgement.refused_sections) if not judgement.is_refused else set(judgement.rows)
    conn.cursor().executemany(
        """insert into ops.delivery_section (delivery_id, unit_code, n_read, n_accepted, n_rejected, verdict, reasons)
        values (%s, %s, %s, %s, %s, %s, %s)""",
        [
            (
                *(delivery.delivery_id, unit, n, 0 if unit in refused else n - judgement.rejected[unit]),
                *(n if unit in refused else judgement.rejected[unit], "refused" if unit in refused else "accepted"),
                Jsonb([r for r in judgement.reasons if r.get("unit") == unit]),
            )
            for unit, n in judgement.rows.items()
            if unit
        ],
    )
