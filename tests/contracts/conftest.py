"""A warehouse of its own for the suites, when the whole test run has not made one."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def warehouse():
    """The embedded server, migrated; stopped again if this fixture started it."""
    from rollcall.warehouse import server
    from rollcall.warehouse.migrate import migrate

    before = os.environ.get("ROLLCALL_HOME")
    home = None
    if before is None:
        home = Path(tempfile.mkdtemp(prefix="rollcall-contracts-"))
        home.chmod(0o755)
        os.environ["ROLLCALL_HOME"] = str(home)
    was_running = server.running()
    server.start()
    migrate()
    yield
    if not was_running:
        server.stop()
    if home is not None:
        del os.environ["ROLLCALL_HOME"]
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def conn(warehouse):
    """A connection of the pipeline whose work is rolled back unless a test commits it."""
    from rollcall.warehouse.connect import connect

    with connect("pipeline") as connection:
        yield connection
        connection.rollback()
