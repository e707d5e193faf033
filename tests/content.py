"""One hash over what the warehouse says: business columns, keys and both times, none of our own ids or clocks."""

import hashlib

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.contracts.load import contracts
from rollcall.contracts.model import Contract

LEDGER = """select feed, sender, business_date, revision, sha256, received_at, n_read, n_accepted, n_rejected,
    verdict, is_in_force from ops.delivery"""
REJECTED = """select d.feed, d.sender, d.sha256, d.received_at, r.line, r.rules, r.unread_key
    from ops.rejected_row as r join ops.delivery as d using (delivery_id)"""


def history_rows(conn: Connection, contract: Contract, at_the_end: bool = False) -> list[tuple]:
    """Rows of one history table without our ids; `at_the_end`: only what is believed now, without known times."""
    columns = ["sender", *(c.name for c in contract.columns)]
    columns += ["valid_from", "valid_to"] if contract.history == "snapshot" else ["business_date", "line"]
    if not at_the_end:
        columns += ["known_from", "known_to"]
    where = "known_to = 'infinity'" if at_the_end else "known_from < known_to"
    query = SQL("select {} from {} where " + where).format(
        SQL(", ").join(SQL("{}::text").format(Identifier(c)) for c in columns), Identifier("history", contract.name)
    )
    return sorted(tuple(str(value) for value in row) for row in conn.execute(query))


def content_hash(conn: Connection, at_the_end: bool = False) -> str:
    """Hash of every history table, and of the ledger and the rejected rows unless `at_the_end`."""
    digest = hashlib.sha256()
    for contract in sorted(contracts().values(), key=lambda c: c.name):
        digest.update(repr(history_rows(conn, contract, at_the_end)).encode())
    if not at_the_end:
        for query in (LEDGER, REJECTED):
            digest.update(repr(sorted(map(str, conn.execute(query).fetchall()))).encode())
    return digest.hexdigest()
