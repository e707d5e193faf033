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

from datetime import datetime

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from rollcall.contracts.model import Contract
from rollcall.ingest.ledger import Delivery
from rollcall.ingest.rejected import typed_key
from rollcall.ingest.stage import Staged
from rollcall.ingest.typed import cast, typed_columns


def splice(conn: Connection, contract: Contract, delivery: Delivery, staged: Staged, known_at: datetime) -> None:
    """Splice one snapshot into history: the rows of its clean stage table that the temp table `fault` does not name.

    Those it names are in `ops.rejected_row` already. Believed from `known_at` on. In the caller's transaction.
    """
    content = [column.name for column in contract.columns] + [name for name, _ in contract.companions]
    values = {
        "history": Identifier("history", delivery.feed),
        "clean": staged.clean,
        "columns": SQL(", ").join(map(Identifier, content)),
        "typed": typed_columns(contract),
        "o_columns": _of("o", content),
        "p_columns": _of("p", content),
        "c_columns": _of("c", content),
        "key": SQL(", ").join(map(Identifier, contract.key)),
        "key_typed": SQL(", ").join(
            SQL("{} as {}").format(cast(contract.column(name)), Identifier(name)) for name in contract.key
        ),
        "unread_key": typed_key(contract),
        "feed": Literal(delivery.feed),
        "sender": Literal(delivery.sender),
        "from": Literal(delivery.business_date),
        "known": Literal(known_at),
        "delivery": Literal(delivery.delivery_id),
    }
    for left, right in ("on", "pn", "qn", "hn", "ho", "hp", "pu"):
        values[f"{left}_is_{right}"] = _equal(left, right, contract.key)
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
    select {unread_key}, max(next_on) as next_on
    from (
        select r.unread_key, l.next_on, l.place - dense_rank() over (partition by r.unread_key order by l.place) as gap
        from later as l join ops.rejected_row as r using (delivery_id)
        where r.unread_key is not null
    ) as silent
    where gap = 0
    group by unread_key""",
    """create temp table until on commit drop as
    select coalesce(min(business_date), 'infinity') as next_on from later""",
    # What the snapshot says: key, hash of the content, and until when.
    """create temp table said on commit drop as
    select n.*, coalesce(h.next_on, (select next_on from until)) as next_on
    from (
        select {key_typed}, row_hash, line from {clean} as c
        where not exists (select from fault as f where f.line = c.line)
    ) as n left join held as h on {h_is_n}""",
    # Of what it could not say itself, it says what was so just before.
    """create temp table carried on commit drop as
    select {p_columns}, p.row_hash, u.line, coalesce(h.next_on, (select next_on from until)) as next_on
    from (
        select {unread_key}, min(line) as line from ops.rejected_row
        where delivery_id = {delivery} and unread_key is not null group by unread_key
    ) as u
    join {history} as p
        on {p_is_u} and p.sender = {sender} and p.known_to = 'infinity'
        and p.valid_from < {from}::date and p.valid_to >= {from}::date
    left join held as h on {h_is_p}""",
    "insert into said select {key}, row_hash, line, next_on from carried",
    "set local default_statistics_target = 10",
    "analyze said",
    # Believed rows that reach into [D, N) and do not say the same as the snapshot.
    """create temp table outgoing on commit drop as
    select o.*, coalesce(h.next_on, (select next_on from until)) as next_on
    from {history} as o
    left join said as n on {o_is_n}
    left join held as h on {h_is_o}
    where o.sender = {sender} and o.known_to = 'infinity'
        and o.valid_from < coalesce(h.next_on, (select next_on from until)) and o.valid_to > {from}::date
        and o.row_hash is distinct from n.row_hash""",
    # Left is what no believed row says yet.
    """delete from said as n using {history} as o
    where {o_is_n} and o.row_hash = n.row_hash and o.sender = {sender} and o.known_to = 'infinity'
        and o.valid_from < n.next_on and o.valid_to > {from}::date""",
    # Neighbours of the same content: the new version takes over their stretch.
    """create temp table joined on commit drop as
    select n.line, p.valid_from as joined_from, q.valid_to as joined_to
    from said as n
    left join {history} as p
        on {p_is_n} and p.row_hash = n.row_hash and p.sender = {sender}
        and p.known_to = 'infinity' and p.valid_to = {from}::date
    left join {history} as q
        on {q_is_n} and q.row_hash = n.row_hash and q.sender = {sender}
        and q.known_to = 'infinity' and q.valid_from = n.next_on
    where p.row_hash is not null or q.row_hash is not null""",
    """update {history} as p set known_to = {known}, retired_by = {delivery}
    from joined as j join said as n using (line)
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
    select {sender}, {c_columns}, c.row_hash, c.line,
        coalesce(j.joined_from, {from}::date), coalesce(j.joined_to, n.next_on),
        {known}, 'infinity'::timestamptz, {delivery}
    from (
        select {typed}, row_hash, line from {clean} as s
        where line in (select line from said) and not exists (select from fault as f where f.line = s.line)
        union all
        select {columns}, row_hash, line from carried where line in (select line from said)
    ) as c
    join said as n on n.line = c.line
    left join joined as j on j.line = c.line""",
    "drop table later, held, until, said, carried, outgoing, joined",
)


def _of(alias: str, columns: list[str]) -> Composed:
    return SQL(", ").join(SQL("{}.{}").format(Identifier(alias), Identifier(column)) for column in columns)


def _equal(left: str, right: str, columns: tuple[str, ...]) -> Composed:
    return SQL(" and ").join(
        SQL("{}.{} = {}.{}").format(Identifier(left), Identifier(c), Identifier(right), Identifier(c)) for c in columns
    )
