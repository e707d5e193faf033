"""File a snapshot as versions: write what changed, on two time axes.

A sender's accepted snapshots cut valid time into stretches. A new snapshot of business date D says what held from
D until the next snapshot in force, N (infinity when it is the latest). A row that came but was rejected says nothing:
its key, if that could be read, goes on as it was just before D, and a version of that key that begins before D goes
on through it. So each key has an N of its own: the date of the first later snapshot that was not silent about it.

Two things stay true of the rows believed now (`known_to = 'infinity'`) of one sender and key: their valid times do
not overlap, and two that touch differ in content. As every boundary lies on a snapshot date and none lies between D
and N but of snapshots that say nothing of this key, at most one believed row of a key reaches into [D, N), and it
covers all of it. So a key either is unchanged there, or its one row is retired, what stuck out of [D, N) on either
side is written again, and the new content goes in between, joined with a neighbour of the same content. Nothing is
erased: a retired row keeps the time until which it was believed.
"""

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from rollcall.contracts.model import Contract
from rollcall.ingest.ledger import Delivery
from rollcall.ingest.rejected import typed_key


def splice(conn: Connection, contract: Contract, delivery: Delivery, incoming: Composed) -> None:
    """Splice one snapshot into history.

    `incoming` is a query giving the accepted rows, typed: the contract's columns, companions, row_hash and line.
    The rejected ones are in `ops.rejected_row` already. Runs inside the caller's transaction.
    """
    content = [column.name for column in contract.columns] + [name for name, _ in contract.companions]
    values = {
        "history": Identifier("history", delivery.feed),
        "incoming": incoming,
        "columns": SQL(", ").join(map(Identifier, content)),
        "o_columns": _of("o", content),
        "n_columns": _of("n", content),
        "p_columns": _of("p", content),
        "typed_key": typed_key(contract),
        "feed": Literal(delivery.feed),
        "sender": Literal(delivery.sender),
        "from": Literal(delivery.business_date),
        "known": Literal(delivery.received_at),
        "delivery": Literal(delivery.delivery_id),
        "o_is_n": _equal("o", "n", contract.key),
        "p_is_n": _equal("p", "n", contract.key),
        "q_is_n": _equal("q", "n", contract.key),
        "h_is_n": _equal("h", "n", contract.key),
        "h_is_o": _equal("h", "o", contract.key),
        "h_is_p": _equal("h", "p", contract.key),
        "p_is_u": _equal("p", "u", contract.key),
    }
    for statement in _STATEMENTS:
        conn.execute(SQL(statement).format(**values))


_STATEMENTS = (
    # Snapshots in force after this one, in order; next_on is where the stretch of each ends.
    """create temp table later on commit drop as
    select delivery_id, business_date, row_number() over (order by business_date) as place,
        lead(business_date, 1, 'infinity') over (order by business_date) as next_on
    from ops.delivery
    where feed = {feed} and sender = {sender} and business_date > {from}::date and is_in_force""",
    # Keys of which the next snapshot, and perhaps some after it, say nothing: until when this one speaks for them.
    """create temp table held on commit drop as
    select {typed_key}, max(next_on) as next_on
    from (
        select r.unread_key, l.next_on, l.place - dense_rank() over (partition by r.unread_key order by l.place) as gap
        from later as l join ops.rejected_row as r using (delivery_id)
        where r.unread_key is not null
    ) as silent
    where gap = 0
    group by unread_key""",
    """create temp table until on commit drop as
    select coalesce(min(business_date), 'infinity') as next_on from later""",
    """create temp table incoming on commit drop as
    select n.*, coalesce(h.next_on, (select next_on from until)) as next_on
    from ({incoming}) as n left join held as h on {h_is_n}""",
    # Of what it could not say itself, it says what was so just before.
    """insert into incoming ({columns}, row_hash, line, next_on)
    select {p_columns}, p.row_hash, u.line, coalesce(h.next_on, (select next_on from until))
    from (
        select {typed_key}, min(line) as line from ops.rejected_row
        where delivery_id = {delivery} and unread_key is not null group by unread_key
    ) as u
    join {history} as p
        on {p_is_u} and p.sender = {sender} and p.known_to = 'infinity'
        and p.valid_from < {from}::date and p.valid_to >= {from}::date
    left join held as h on {h_is_p}""",
    "analyze incoming",
    # Believed rows that reach into [D, N) and do not say the same as the snapshot.
    """create temp table outgoing on commit drop as
    select o.*, coalesce(h.next_on, (select next_on from until)) as next_on
    from {history} as o
    left join incoming as n on {o_is_n}
    left join held as h on {h_is_o}
    where o.sender = {sender} and o.known_to = 'infinity'
        and o.valid_from < coalesce(h.next_on, (select next_on from until)) and o.valid_to > {from}::date
        and o.row_hash is distinct from n.row_hash""",
    # What the snapshot says that no believed row says yet.
    """delete from incoming as n using {history} as o
    where {o_is_n} and o.row_hash = n.row_hash and o.sender = {sender} and o.known_to = 'infinity'
        and o.valid_from < n.next_on and o.valid_to > {from}::date""",
    # Neighbours of the same content: the new version takes over their stretch.
    """create temp table joined on commit drop as
    select n.line as incoming_line, p.valid_from as joined_from, q.valid_to as joined_to
    from incoming as n
    left join {history} as p
        on {p_is_n} and p.row_hash = n.row_hash and p.sender = {sender}
        and p.known_to = 'infinity' and p.valid_to = {from}::date
    left join {history} as q
        on {q_is_n} and q.row_hash = n.row_hash and q.sender = {sender}
        and q.known_to = 'infinity' and q.valid_from = n.next_on
    where p.row_hash is not null or q.row_hash is not null""",
    """update {history} as p set known_to = {known}, retired_by = {delivery}
    from joined as j join incoming as n on n.line = j.incoming_line
    where {p_is_n} and p.row_hash = n.row_hash and p.sender = {sender} and p.known_to = 'infinity'
        and (p.valid_to = {from}::date or p.valid_from = n.next_on)""",
    """update {history} as o set known_to = {known}, retired_by = {delivery}
    from outgoing as n
    where {o_is_n} and o.sender = {sender} and o.known_to = 'infinity' and o.valid_from = n.valid_from""",
    """insert into {history}
        (sender, {columns}, row_hash, line, valid_from, valid_to, known_from, known_to, filed_by)
    select sender, {o_columns}, o.row_hash, o.line, o.valid_from, {from}::date, {known},
        'infinity'::timestamptz, {delivery}
    from outgoing as o where o.valid_from < {from}::date
    union all
    select sender, {o_columns}, o.row_hash, o.line, o.next_on, o.valid_to, {known},
        'infinity'::timestamptz, {delivery}
    from outgoing as o where o.valid_to > o.next_on
    union all
    select {sender}, {n_columns}, n.row_hash, n.line,
        coalesce(j.joined_from, {from}::date), coalesce(j.joined_to, n.next_on),
        {known}, 'infinity'::timestamptz, {delivery}
    from incoming as n left join joined as j on j.incoming_line = n.line""",
    "drop table later, held, until, incoming, outgoing, joined",
)


def _of(alias: str, columns: list[str]) -> Composed:
    return SQL(", ").join(SQL("{}.{}").format(Identifier(alias), Identifier(column)) for column in columns)


def _equal(left: str, right: str, columns: tuple[str, ...]) -> Composed:
    return SQL(" and ").join(
        SQL("{}.{} = {}.{}").format(Identifier(left), Identifier(c), Identifier(right), Identifier(c)) for c in columns
    )
