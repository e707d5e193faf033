"""Exchange the candidate for what readers see: renames in one transaction, so that nobody ever sees half a
run.
"""

import re
from collections.abc import Callable

from psycopg import Connection
from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL, Identifier, Literal

from rollcall.publish.errors import PublishError
from rollcall.warehouse.boundary import reached
from rollcall.warehouse.connect import ROLES

# Readers never wait for the swap, only its clean-up waits for them: renaming takes no lock that a query
# holds.
_DROP_PATIENCE = "5s"
MARTS = "marts"
# The comment by which a schema is known as a publish's own; it stays with the schema when that is renamed.
_MARK = "Made by a publish of Rollcall, which will replace it"


def candidate_of(schema: str) -> str:
    """Where the next version of `schema` is built."""
    return f"{schema}_next"


def work_of(schema: str) -> str:
    """Where seeds, staging and intermediate models of `schema` live."""
    return f"{schema}_work"


def check_own(conn: Connection, schema: str) -> None:
    """Raise PublishError if a schema that a publish under this name would replace was not made by a publish.

    The names around marts are the warehouse's own; of another name only schemas that bear our mark and belong to us.
    """
    if schema == MARTS:
        return
    candidate = candidate_of(schema)
    names = [schema, work_of(schema), candidate, work_of(candidate), *_old_versions(conn, schema)]
    foreign = conn.execute(
        """select nspname from pg_namespace
        where nspname = any(%s)
            and not (pg_get_userbyid(nspowner) = current_user
                and coalesce(obj_description(oid, 'pg_namespace'), '') = %s)
        order by nspname""",
        (names, _MARK),
    ).fetchall()
    if foreign:
        told = ", ".join(name for (name,) in foreign)
        raise PublishError(
            f"模式 {told} 已存在且不是由发布生成的，发布会将其替换；未发布，请另取名称。",
            f"The schema {told} is there already and was not made by a publish, which would replace it: "
            "nothing was published, choose another name.",
        )


def prepare(conn: Connection, schema: str) -> None:
    """Remove what a crashed or earlier publish left: candidates, and old versions that readers then still
    held. Make the candidate's schemas, empty, under our mark. Raises PublishError as `check_own`.
    """
    check_own(conn, schema)
    candidate = candidate_of(schema)
    for name in (candidate, work_of(candidate), *_old_versions(conn, schema)):
        _drop(conn, name)
    for name in (candidate, work_of(candidate)):
        with conn.transaction():
            conn.execute(SQL("create schema {}").format(Identifier(name)))
            conn.execute(SQL("comment on schema {} is {}").format(Identifier(name), Literal(_MARK)))


def swap(conn: Connection, schema: str, publish_id: int, in_same_transaction: Callable[[Connection], None]) -> None:
    """Put the candidate in the place of `schema`, with its work schema, and run the given writes with it.

    `conn` is in autocommit; whatever happens before the commit leaves the old version whole. Afterwards the
    old version is dropped; if a long query still reads it, that is left to the next publish. Raises PublishError
    as `check_own`: somebody may have taken the name meanwhile.
    """
    candidate, old = candidate_of(schema), f"{schema}_old_{publish_id}"
    with conn.transaction():
        check_own(conn, schema)
        in_same_transaction(conn)
        for now, then, next_ in (
            (schema, old, candidate),
            (work_of(schema), work_of(old), work_of(candidate)),
        ):
            if _exists(conn, now):
                _rename(conn, now, then)
            if _exists(conn, next_):
                _rename(conn, next_, now)
        if schema == MARTS:
            conn.execute(SQL("grant usage on schema {} to {}").format(Identifier(schema), Identifier(ROLES["analyst"])))
        reached("swapping")
    reached("swapped")
    for name in (old, work_of(old)):
        _drop(conn, name)


def _drop(conn: Connection, name: str) -> None:
    try:
        with conn.transaction():
            conn.execute(SQL("set local lock_timeout = {}").format(Literal(_DROP_PATIENCE)))
            conn.execute("set local client_min_messages = warning")
            conn.execute(SQL("drop schema if exists {} cascade").format(Identifier(name)))
    except LockNotAvailable:
        if "_old_" not in name:
            raise


def _rename(conn: Connection, now: str, then: str) -> None:
    conn.execute(SQL("alter schema {} rename to {}").format(Identifier(now), Identifier(then)))


def _exists(conn: Connection, name: str) -> bool:
    return conn.execute("select 1 from pg_namespace where nspname = %s", (name,)).fetchone() is not None


def _old_versions(conn: Connection, schema: str) -> list[str]:
    pattern = f"^{re.escape(schema)}_old_[0-9]+(_work)?$"
    rows = conn.execute("select nspname from pg_namespace where nspname ~ %s order by nspname", (pattern,))
    return [name for (name,) in rows.fetchall()]
