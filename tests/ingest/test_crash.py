"""Pull the plug at every named boundary: after a re-run the tables are those of an undisturbed run."""

import os
import signal

import pytest

from rollcall.warehouse import server
from rollcall.warehouse.connect import connect
from tests.content import content_hash
from tests.ingest.sending import ingest, put
from tests.ingest.test_verdicts import PUPILS, roll, school
from tests.ingest.worker import start

BOUNDARIES = ["archived", "seen", "copying", "staged", "gated", "filing", "filed"]


def _ingest(kill_at: str) -> None:
    os.environ["ROLLCALL_KILL_AT"] = kill_at
    ingest()


def run_ingest(kill_at: str = "") -> int:
    worker = start(_ingest, kill_at)
    worker.join(120)
    return worker.exitcode


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
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_killing_the_worker(undisturbed, boundary):
    lay_out()
    assert run_ingest(boundary) == -signal.SIGKILL
    assert run_ingest() == 0
    with connect("pipeline") as conn:
        assert content_hash(conn) == undisturbed
        assert conn.execute("select count(*) from information_schema.tables where table_schema='stage'").fetchone() == (
            0,
        )


@pytest.mark.slow
@pytest.mark.parametrize("boundary", BOUNDARIES[2:])
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
    both = [start(_ingest, ""), start(_ingest, "")]
    for worker in both:
        worker.join(120)
    assert [worker.exitcode for worker in both] == [0, 0]
    with connect("pipeline") as conn:
        assert content_hash(conn) == undisturbed
