"""Keep the rows that were rejected, whole, and the keys of those that could not be read but did come."""

from psycopg import Connection
from psycopg.sql import SQL, Composable, Identifier, Literal

from rollcall.contracts.model import Column, Contract
from rollcall.ingest.judge import section_of
from rollcall.ingest.ledger import Delivery
from rollcall.ingest.stage import Staged
from rollcall.ingest.typed import cast


def keep_rejected(conn: Connection, contract: Contract, delivery: Delivery, staged: Staged) -> None:
    """Write the rows named by the temp table `fault` into `ops.rejected_row`.

    Of a snapshot's row `unread_key` keeps the key, as filed, if all of it reads and no accepted row of the delivery
    has it: that row came, nobody knows what it says, and the version before it stays in force (see `splice`).
    """
    unit = SQL("nullif({}, '')").format(section_of(contract)) if contract.section else Literal(delivery.sender)
    conn.execute(
        SQL(
            """with faulty as (
                select line, array_agg(distinct rule order by rule) as rules from fault group by line
            ),
            keyed as (
                select line, {unit} as unit, array[{key}] as key from {clean}
            ),
            accepted as (
                select key from keyed where line not in (select line from faulty)
            )
            insert into ops.rejected_row (delivery_id, line, unit_code, rules, row, unread_key)
            select {delivery}, r.line, k.unit, f.rules, to_jsonb(r) - 'line',
                case when {is_snapshot} and array_position(k.key, null) is null and a.key is null then k.key end
            from faulty as f
            join {raw} as r on r.line = f.line
            join keyed as k on k.line = f.line
            left join accepted as a on a.key = k.key"""
        ).format(
            unit=unit,
            key=SQL(", ").join(_key_text(contract.column(name)) for name in contract.key),
            is_snapshot=Literal(contract.history == "snapshot"),
            delivery=Literal(delivery.delivery_id),
            raw=staged.raw,
            clean=staged.clean,
        )
    )


def _key_text(column: Column) -> Composable:
    """As `cast`, and null for what would not cast: these rows have passed no rule."""
    readable = SQL("pg_input_is_valid({}, {})").format(Identifier(column.name), Literal(column.sql_type))
    return SQL("case when {} then ({})::text end").format(readable, cast(column))


def typed_key(contract: Contract) -> Composable:
    """SQL that takes `unread_key` apart into the columns of the contract's key, typed."""
    return SQL(", ").join(
        SQL("(unread_key)[{}]::" + contract.column(name).sql_type + " as {}").format(Literal(i), Identifier(name))
        for i, name in enumerate(contract.key, start=1)
    )
