"""File a snapshot as versions: write what changed, on two time axes.

A sender's accepted snapshots cut valid time into stretches. A new snapshot of business date D says what held from
D until the next snapshot in force, N (infinity when it is the latest). Two things stay true of the rows believed
now (`known_to = 'infinity'`) of one sender and key: their valid times do not overlap, and two that touch differ in
content. As every boundary lies on a snapshot date and none lies between D and N, at most one believed row of a key
reaches into [D, N), and it covers all of it. So a key either is unchanged there, or its one row is retired, what
stuck out of [D, N) on either side is written again, and the new content goes in between, joined with a neighbour
of the same content. Nothing is erased: a retired row keeps the time until which it was believed.
"""

from datetime import date

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from rollcall.contracts.model import Contract
from rollcall.ingest.ledger import Delivery


def next_snapshot(conn: Connection, delivery: Delivery) -> date | None:
    """Business date of the next snapshot in force after this one, None if it is the latest."""
    return conn.execute(
        """select min(business_date) from ops.delivery
        where feed = %s and sender = %s and business_date > %s and verdict = 'accepted'""",
        (delivery.feed, delivery.sender, delivery.business_date),
    ).fetchone()[0]


def splice(conn: Connection, contract: Contract, delivery: Delivery, incoming: Composed) -> None:
    """Splice one snapshot into history.

    `incoming` is a query giving the accepted rows, typed: the contract's columns, companions, row_hash and line.
    Runs inside the caller's transaction.
    """
    history = Identifier("history", delivery.feed)
    content = [column.name for column in contract.columns] + [name for name, _ in contract.companions]
    until = next_snapshot(conn, delivery)
    values = {
        "history": history,
        "incoming": incoming,
        "columns": SQL(", ").join(map(Identifier, content)),
        "o_columns": _of("o", content),
        "n_columns": _of("n", content),
        "keys": SQL(", ").join(map(Identifier, contract.key)),
        "sender": Literal(delivery.sender),
        "from": Literal(delivery.business_date),
        "until": Literal(until.isoformat() if until else "infinity"),
        "known": Literal(delivery.received_at),
        "delivery": Literal(delivery.delivery_id),
        "o_is_n": _equal("o", "n", contract.key),
        "p_is_n": _equal("p", "n", contract.key),
        "q_is_n": _equal("q", "n", contract.key),
    }
    for statement in _STATEMENTS:
        conn.execute(SQL(statement).format(**values))


_STATEMENTS = (
    "create temp table incoming on commit drop as {incoming}",
    "analyze incoming",
    # Believed rows that reach into [D, N) and do not say the same as the snapshot.
    """create temp table outgoing on commit drop as
    select o.*
    from {history} as o
    left join incoming as n on {o_is_n}
    where o.sender = {sender} and o.known_to = 'infinity'
        and o.valid_from < {until}::date and o.valid_to > {from}::date
        and o.row_hash is distinct from n.row_hash""",
    # What the snapshot says that no believed row says yet.
    """delete from incoming as n using {history} as o
    where {o_is_n} and o.row_hash = n.row_hash and o.sender = {sender} and o.known_to = 'infinity'
        and o.valid_from < {until}::date and o.valid_to > {from}::date""",
    # Neighbours of the same content: the new version takes over their stretch.
    """create temp table joined on commit drop as
    select n.line as incoming_line, p.valid_from as joined_from, q.valid_to as joined_to
    from incoming as n
    left join {history} as p
        on {p_is_n} and p.row_hash = n.row_hash and p.sender = {sender}
        and p.known_to = 'infinity' and p.valid_to = {from}::date
    left join {history} as q
        on {q_is_n} and q.row_hash = n.row_hash and q.sender = {sender}
        and q.known_to = 'infinity' and q.valid_from = {until}::date
    where p.row_hash is not null or q.row_hash is not null""",
    """update {history} as p set known_to = {known}, retired_by = {delivery}
    from joined as j join incoming as n on n.line = j.incoming_line
    where {p_is_n} and p.row_hash = n.row_hash and p.sender = {sender} and p.known_to = 'infinity'
        and (p.valid_to = {from}::date or p.valid_from = {until}::date)""",
    """update {history} as o set known_to = {known}, retired_by = {delivery}
    from outgoing as n
    where {o_is_n} and o.sender = {sender} and o.known_to = 'infinity' and o.valid_from = n.valid_from""",
    """insert into {history}
        (sender, {columns}, row_hash, line, valid_from, valid_to, known_from, known_to, filed_by)
    select sender, {o_columns}, o.row_hash, o.line, o.valid_from, {from}::date, {known},
        'infinity'::timestamptz, {delivery}
    from outgoing as o where o.valid_from < {from}::date
    union all
    select sender, {o_columns}, o.row_hash, o.line, {until}::date, o.valid_to, {known},
        'infinity'::timestamptz, {delivery}
    from outgoing as o where o.valid_to > {until}::date
    union all
    select {sender}, {n_columns}, n.row_hash, n.line,
        coalesce(j.joined_from, {from}::date), coalesce(j.joined_to, {until}::date),
        {known}, 'infinity'::timestamptz, {delivery}
    from incoming as n left join joined as j on j.incoming_line = n.line""",
    "drop table incoming, outgoing, joined",
)


def _of(alias: str, columns: list[str]) -> Composed:
    return SQL(", ").join(SQL("{}.{}").format(Identifier(alias), Identifier(column)) for column in columns)


def _equal(left: str, right: str, columns: tuple[str, ...]) -> Composed:
    return SQL(" and ").join(
        SQL("{}.{} = {}.{}").format(Identifier(left), Identifier(c), Identifier(right), Identifier(c)) for c in columns
    )
