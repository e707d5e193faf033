"""File a judged delivery: history, rejected rows, ledger and the end of its stage tables, in one transaction."""

from datetime import datetime

from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal
from psycopg.types.json import Jsonb

from rollcall.contracts.model import Contract
from rollcall.ingest import ledger
from rollcall.ingest.judge import Judgement
from rollcall.ingest.ledger import Delivery
from rollcall.ingest.rejected import keep_rejected
from rollcall.ingest.splice import splice
from rollcall.ingest.stage import Staged
from rollcall.ingest.typed import typed_columns
from rollcall.warehouse.boundary import reached


def file(
    conn: Connection, contract: Contract, delivery: Delivery, staged: Staged, judgement: Judgement, known_at: datetime
) -> None:
    """Move a delivery that is not refused into history, believed from `known_at` on. Runs in the caller's
    transaction, which also decides it.
    """
    if not delivery.is_judged and any(judgement.rejected.values()):
        keep_rejected(conn, contract, delivery, staged)
    if contract.history == "snapshot":
        if not _outranking(conn, delivery):
            splice(conn, contract, delivery, staged, known_at)
    else:
        _replace_events(conn, contract, delivery, staged, judgement, known_at)
    reached("filing")


def _outranking(conn: Connection, delivery: Delivery) -> list[Delivery]:
    """Deliveries for the same date that came before and outrank this one: it is then kept but not in force."""
    return [other for other in ledger.same_slot(conn, delivery) if other.rank > delivery.rank]


def _replace_events(
    conn: Connection, contract: Contract, delivery: Delivery, staged: Staged, judgement: Judgement, known_at: datetime
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
        "known": Literal(known_at),
        "delivery": Literal(delivery.delivery_id),
        "sender": Literal(delivery.sender),
        "on": Literal(delivery.business_date),
        "scope": scope,
        "columns": columns,
        "typed": typed_columns(contract),
        "clean": staged.clean,
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
            from (
                select {typed}, line from {clean} as c
                where not exists (select from fault as f where f.line = c.line)
            ) as r where {scope}"""
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
