"""One embedded server for the whole test session, in a home of its own; the user's state is not touched."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from xdist.scheduler import LoadFileScheduling

from rollcall.warehouse import server
from rollcall.warehouse.connect import connect_admin
from rollcall.warehouse.settings import REPO, Settings, settings

# Below this size rows are deleted: that is faster than giving the table and its indexes new files.
_SMALL_BYTES = 2**20
_FILLED = """
select n.nspname, c.relname, pg_relation_size(c.oid) as n_bytes
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('ops', 'history', 'identity') and c.relkind = 'r' and pg_relation_size(c.oid) > 0
    and c.relname <> 'alembic_version'
"""


# Their files share a warehouse that takes dbt half a minute to build: one process runs them all.
_TOGETHER = ("tests/dbt/", "tests/identity/review/")


class _ByFileOrFolder(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in _TOGETHER if nodeid.startswith(folder)), super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log) -> LoadFileScheduling:
    """How `--dist loadfile` hands out the tests."""
    return _ByFileOrFolder(config, log)


@pytest.fixture(scope="session", autouse=True)
def home() -> Iterator[Path]:
    """A fresh ROLLCALL_HOME. Under root the server is another user, so its parents must let that one pass."""
    place = Path(tempfile.mkdtemp(prefix="rollcall-test-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROLLCALL_HOME", str(place))
        patch.setenv("ROLLCALL_SHARED_BUFFERS", "128MB")
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(REPO), os.environ.get("PYTHONPATH")])))
        for name in ("ROLLCALL_DATABASE_URL", "ROLLCALL_SECRETS", "ROLLCALL_CONTRACTS", "ROLLCALL_KILL_AT"):
            patch.delenv(name, raising=False)
        yield place
        server.stop()
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def warehouse(home: Path) -> Settings:
    """The server runs and is migrated."""
    from rollcall.warehouse.migrate import migrate

    server.start()
    with connect_admin(database="postgres") as admin:
        # Tests kill processes, not the machine, and the kernel keeps what they wrote. (A table made, filled and
        # dropped: 14-20 ms with, 6-7 ms without.)
        admin.execute("alter system set fsync = off")
        admin.execute("select pg_reload_conf()")
    migrate()
    return settings()


@pytest.fixture
def wipe(warehouse: Settings) -> Callable[[], None]:
    """An empty warehouse, inbox and archive at the start of the test, and a function to empty them again."""

    def empty() -> None:
        server.start()  # the test before may have killed it
        with connect_admin(autocommit=False) as admin:
            _empty_tables(admin)
        for folder in (warehouse.inbox, warehouse.archive, warehouse.docs_out):
            shutil.rmtree(folder, ignore_errors=True)

    empty()
    return empty


def _empty_tables(admin: psycopg.Connection) -> None:
    admin.execute("set local lock_timeout = '20s'")
    # Without triggers foreign keys do not mind the order.
    admin.execute("set local session_replication_role = replica")
    large = []
    for schema, table, n_bytes in admin.execute(_FILLED).fetchall():
        if n_bytes > _SMALL_BYTES:
            large.append(Identifier(schema, table))
        else:
            admin.execute(SQL("delete from {}").format(Identifier(schema, table)))
    if large:
        admin.execute(SQL("truncate {} cascade").format(SQL(", ").join(large)))
    for (table,) in admin.execute(
        "select relname from pg_class where relnamespace = 'stage'::regnamespace and relkind = 'r'"
    ):
        admin.execute(SQL("drop table {}").format(Identifier("stage", table)))
