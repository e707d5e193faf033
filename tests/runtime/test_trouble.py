"""A full disk, a database that has gone: one plain sentence wherever they strike, and no row quoted."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import psycopg
import psycopg2
import pytest
import sqlalchemy

from rollcall.cli.main import plain
from rollcall.ingest.broken import DeliveryBroken
from rollcall.runtime.rest import RestError
from rollcall.warehouse import server
from rollcall.warehouse.settings import settings
from tests.ingest.sending import put, put_bytes
from tests.ingest.test_verdicts import school


def quoting(error: Exception) -> Exception:
    """The error as a library passes it on: wrapped, with a text of its own."""
    try:
        raise RuntimeError("张三 500901201001010011") from error
    except RuntimeError as wrapped:
        return wrapped


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (psycopg.errors.DiskFull("could not extend file for 张三: No space left on device"), "disk is full"),
        (psycopg.errors.AdminShutdown("terminating connection, 张三"), "rollcall up"),
        (psycopg.errors.ConnectionTimeout("张三"), "rollcall up"),
        (psycopg.OperationalError("server closed the connection unexpectedly, 张三"), "rollcall up"),
        (psycopg2.OperationalError("server closed the connection unexpectedly, 张三"), "rollcall up"),
        (sqlalchemy.exc.OperationalError("select", {}, psycopg.errors.DiskFull("张三")), "disk is full"),
        (duckdb.IOException("IO Error: No space left on device, 张三"), "disk is full"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left"),
        (TimeoutError(errno.ETIMEDOUT, "Connection timed out"), "timed out"),
        (RestError(0, "Airflow 没有应答。", "Airflow does not answer."), "Airflow does not answer"),
    ],
)
def test_a_trouble_of_the_machine_is_named(error, said):
    told = plain(error)
    assert said in told and "张三" not in told and "Internal" not in told and len(told.splitlines()) == 2
    if not isinstance(error, OSError | RestError):
        assert plain(quoting(error)) == told
        broken = DeliveryBroken(7, quoting(error))
        assert told.splitlines()[1] in plain(broken) and "Delivery 7 " in plain(broken)
        assert "张三" not in f"{plain(broken)} {broken}"


@pytest.mark.parametrize("error", [psycopg.errors.UniqueViolation("张三"), psycopg.errors.DeadlockDetected("张三")])
def test_what_is_no_trouble_of_the_machine_stays_an_internal_error(error):
    told = plain(DeliveryBroken(7, error))
    assert f"internal error {type(error).__name__}" in told and "张三" not in told


def test_a_server_killed_while_files_are_taken_in_is_told_in_one_sentence(wipe):
    put(school(8))
    env = {name: value for name, value in os.environ.items() if name != "ROLLCALL_KILL_AT"}
    for boundary in ("seen", "copying", "staged", "filing"):
        done = subprocess.run(
            [sys.executable, "-m", "rollcall", "ingest", "school"],
            capture_output=True,
            text=True,
            env=env | {"ROLLCALL_KILL_AT": f"{boundary}:server"},
            check=False,
        )
        server.start()
        assert done.returncode == 1, boundary
        assert "rollcall up" in done.stderr and "Traceback" not in done.stderr, boundary
        if boundary == "seen":  # killed before the file left the inbox: nothing to name yet
            assert len(done.stderr.splitlines()) == 2
        else:
            assert "Delivery " in done.stderr, boundary


@pytest.fixture
def tiny_disk(tmp_path) -> Iterator[Path]:
    """A file system of 2 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a file system")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_told_in_one_sentence(tiny_disk):
    for command in (["simulate", "--scale", "0.001", "--weeks", "1"], ["up"]):
        done = subprocess.run(
            [sys.executable, "-m", "rollcall", *command],
            capture_output=True,
            text=True,
            env=os.environ | {"ROLLCALL_HOME": str(tiny_disk / "state")},
            check=False,
        )
        assert done.returncode == 1
        assert "磁盘" in done.stderr and ("disk" in done.stderr or "No space left" in done.stderr)
        assert "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 2


def test_a_disk_that_fills_while_files_are_taken_in_is_told_in_one_sentence(wipe, tiny_disk):
    big = school(8)
    put_bytes(big, os.urandom(4 * 2**20))
    archive = settings().archive
    archive.symlink_to(tiny_disk)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "rollcall", "ingest", "school"], capture_output=True, text=True, check=False
        )
    finally:
        archive.unlink()
    assert done.returncode == 1
    assert "磁盘已满" in done.stderr and "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 2
    # It lies where it lay, and is taken once there is room.
    assert len(list(settings().inbox.glob("*/school/*.csv"))) == 1
