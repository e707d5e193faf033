"""One publisher per schema: a lock that PostgreSQL drops with its holder, so that it cannot go stale."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import Connection

from rollcall.publish.errors import PublishError
from rollcall.warehouse.connect import connect


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
