"""Who decides a feed and sender: one process at a time, and its reference feeds stand still meanwhile."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from psycopg import Connection

from rollcall.contracts.model import Contract


@contextmanager
def undisturbed(conn: Connection, contract: Contract, sender: str) -> Iterator[None]:
    """While a delivery is judged, nobody files the reference feeds of its sender."""
    with ExitStack() as stack:
        for feed in contract.references:
            stack.enter_context(alone(conn, feed, sender, "_shared"))
        yield


@contextmanager
def alone(conn: Connection, feed: str, sender: str, mode: str = "") -> Iterator[None]:
    """Hold the lock of one feed and sender: their deliveries are decided one at a time, whoever runs."""
    key = f"{feed}/{sender}"
    conn.execute(f"select pg_advisory_lock{mode}(hashtextextended(%s, 0))", (key,))
    try:
        yield
    finally:
        if not conn.closed:
            conn.execute(f"select pg_advisory_unlock{mode}(hashtextextended(%s, 0))", (key,))
