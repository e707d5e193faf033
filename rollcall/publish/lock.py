"""One publisher per schema, and stillness while it works: locks that PostgreSQL drops with their holder."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from psycopg import Connection

from rollcall.publish.errors import PublishError
from rollcall.warehouse.connect import connect
from rollcall.warehouse.stillness import StillBusy, hold_still

# A filing under way takes seconds, another schema's publish minutes.
BUSY_SECONDS = 900
# How long a re-filing under way is let finish.
REFILING_SECONDS = 20


@contextmanager
def publisher(schema: str, wait_seconds: float = 0) -> Iterator[Connection]:
    """Hold the lock of `schema` and yield the autocommit connection that holds it.

    Raises PublishError if another publisher still holds it after `wait_seconds`.
    """
    name = f"rollcall.publish.{schema}"
    deadline = time.monotonic() + wait_seconds
    with connect("pipeline", autocommit=True, application="rollcall publish") as conn:
        while not conn.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", (name,)).fetchone()[0]:
            if time.monotonic() >= deadline:
                raise PublishError(
                    f"另一个发布任务正在发布 {schema}，请稍后再试。",
                    f"Another publisher is at work on {schema}: try again when it has finished.",
                )
            time.sleep(min(0.5, max(0.05, deadline - time.monotonic())))
        yield conn


@contextmanager
def still_history(conn: Connection, known_at: datetime) -> Iterator[int]:
    """Nothing is filed, taken back or decided inside. Yields how many deliveries that could count are out of history.

    It is 0 unless a re-filing was interrupted, or takes longer than REFILING_SECONDS. `conn` holds the lock: whoever
    swaps through it swaps in stillness or not at all. Raises PublishError if others never let go.
    """
    deadline = time.monotonic() + REFILING_SECONDS
    while True:
        try:
            with hold_still(conn, BUSY_SECONDS):
                n = _taken_back(conn, known_at)
                if not n or time.monotonic() >= deadline:
                    yield n
                    return
        except StillBusy:
            raise PublishError(
                "入库或其他模式的发布一直占用历史库，未发布，请稍后再试。",
                "An ingest, or a publish of another schema, has not let go of history: try again later.",
            ) from None
        time.sleep(0.5)


def _taken_back(conn: Connection, known_at: datetime) -> int:
    return conn.execute(
        "select count(*) from ops.delivery where taken_back_at is not null and received_at <= %s", (known_at,)
    ).fetchone()[0]
