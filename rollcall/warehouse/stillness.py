"""History is written by many at once, and by nobody while marts are built from it.

One advisory lock of PostgreSQL, shared by those who write, held alone by a publish. Whoever waits for it as a writer
holds nothing in the database yet but the lock of its feed and sender, which no publish takes: so nobody waits in a
circle. PostgreSQL serves the queue in order, so that neither side starves the other, and gives the lock back when its
holder dies.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import Connection
from psycopg.errors import LockNotAvailable
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Literal

_LOCK = "hashtextextended('rollcall.history', 0)"
# A publisher whose machine is gone without a word is noticed within two minutes.
_KEEPALIVE = {"tcp_keepalives_idle": 60, "tcp_keepalives_interval": 15, "tcp_keepalives_count": 4}


class StillBusy(RuntimeError):
    """Others have written history, or held it still, for longer than one was willing to wait."""


def write_history(conn: Connection) -> None:
    """Begin to write history or verdicts, until the transaction of `conn` ends; waits while a publish holds them still.

    Call it first in the transaction, before other locks are held. RuntimeError outside a transaction.
    """
    if conn.autocommit and conn.info.transaction_status == TransactionStatus.IDLE:
        raise RuntimeError("history is written in a transaction, and there is none")
    conn.execute(f"select pg_advisory_xact_lock_shared({_LOCK})")


@contextmanager
def hold_still(conn: Connection, patience_seconds: float) -> Iterator[None]:
    """Nobody files, takes back or decides a delivery inside; `conn` (autocommit) holds the lock.

    Raises StillBusy if it cannot be had within `patience_seconds`. If `conn` is lost so is the lock: whatever must
    only happen in stillness has to be done through `conn` itself.
    """
    for name, value in _KEEPALIVE.items():
        conn.execute(SQL("set {} = {}").format(SQL(name), Literal(value)))
    try:
        with conn.transaction():
            # 0 would mean: for ever.
            conn.execute(SQL("set local lock_timeout = {}").format(Literal(max(1, int(patience_seconds * 1000)))))
            conn.execute(f"select pg_advisory_lock({_LOCK})")  # of the session: it outlives this transaction
    except LockNotAvailable:
        raise StillBusy from None
    try:
        yield
    finally:
        if not conn.closed:
            conn.execute(f"select pg_advisory_unlock({_LOCK})")
