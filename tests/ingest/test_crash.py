"""Pull the plug at every named boundary: after a re-run the tables are those of an undisturbed run."""

import os
import subprocess
import sys

import pytest

from rollcall.warehouse import server
from rollcall.warehouse.connect import connect
from tests.content import content_hash
from tests.ingest.sending import put
from tests.ingest.test_verdicts import PUPILS, roll, school

INGEST = "from tests.ingest.sending import ingest; ingest()"


def run_ingest(kill_at: str = "") -> int:
    env = os.environ | {"ROLLCALL_KILL_AT": kill_at}
    return subprocess.run([sys.executable, "-c", INGEST], env=env, capture_output=True, timeout=120).returncode


def lay_out() -> None:
    put(school(8))
    put(roll(*PUPILS))
    put(roll(*PUPILS[:7], dict(PUPILS[7], class_no="2"), received=1, revision=2))


@pytest.fixture
def undisturbed(wipe) -> str:
    lay_out()
    assert run_ingest() == 0
    with connect("pipeline") as conn:
        expected = content_hash(conn)
    wipe()
    return expected


@pytest.mark.slow
@pytest.mark.parametrize("boundary", ["archived", "seen", "copying", "staged", "gated", "filing", "filed"])
def test_killing_the_worker(undisturbed, boundary):
    lay_out()
    assert run_ingest(boundary) == -9
    assert run_ingest() == 0
    with connect("pipeline") as conn:
        assert content_hash(conn) == undisturbed
        assert conn.execute("select count(*) from information_schema.tables where table_schema='stage'").fetchone() == (
            0,
        )


@pytest.mark.slow
@pytest.mark.parametrize("boundary", ["copying", "staged", "gated", "filing", "filed"])
def test_killing_the_server(undisturbed, boundary):
    lay_out()
    assert run_ingest(f"{boundary}:server") != 0
    server.start()
    assert run_ingest() == 0
    with connect("pipeline") as conn:
        assert content_hash(conn) == undisturbed


@pytest.mark.slow
def test_two_ingests_at_once(undisturbed):
    lay_out()
    both = [subprocess.Popen([sys.executable, "-c", INGEST], stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(120) for process in both] == [0, 0]
    with connect("pipeline") as conn:
        assert content_hash(conn) == undisturbed
