"""Filing stands still while marts are built, and nothing is published of a history that is not whole."""

import os
import signal
import threading
from datetime import datetime
from multiprocessing import get_context

import psycopg
import pytest

from rollcall.ingest.label import SHANGHAI
from rollcall.ingest.replay import replay
from rollcall.publish import lock
from rollcall.publish.errors import PublishError
from rollcall.publish.lock import publisher, still_history
from rollcall.publish.publish import publish
from rollcall.publish.swap import prepare, swap
from rollcall.warehouse.connect import connect
from rollcall.warehouse.stillness import hold_still, write_history
from tests.content import content_hash
from tests.ingest.sending import ingest, put
from tests.ingest.test_verdicts import PUPILS, roll, school
from tests.ingest.worker import start

NOW = datetime(2019, 9, 3, tzinfo=SHANGHAI)
STUDY = "study"


def verdicts(conn, feed="roll"):
    rows = conn.execute("select verdict from ops.delivery where feed = %s order by received_at", (feed,))
    return [verdict for (verdict,) in rows]


def waiting_for_stillness(conn):
    """How many wait for an advisory lock."""
    return conn.execute("select count(*) from pg_locks where locktype = 'advisory' and not granted").fetchone()[0]


def until(condition, seconds=60):
    done = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        done.wait(0.05)
    raise AssertionError("it did not happen in time")


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(lock, "REFILING_SECONDS", 0.5)


def regate_and_die():
    os.environ["ROLLCALL_KILL_AT"] = "gated"
    replay("roll", regate=True)


def test_filing_waits_for_a_publish_and_is_done_after(conn):
    """Staging and gating go on; what history and ledger say does not change until the publish lets go."""
    put(school(8))
    assert [outcome.verdict for outcome in ingest()] == ["accepted"]
    with publisher(STUDY) as publishing_conn, still_history(publishing_conn, NOW) as n_out:
        assert n_out == 0
        before = content_hash(conn)
        put(roll(*PUPILS))
        worker = start(ingest)
        until(lambda: waiting_for_stillness(conn) == 1)
        assert verdicts(conn) == ["pending"]
        assert conn.execute(f"select count(*) from stage.d{staged(conn)}").fetchone() == (8,)
        assert conn.execute("select count(*) from history.roll").fetchone() == (0,)
        worker.join(1)
        assert worker.is_alive()
        assert content_hash(conn) != before, "the delivery is seen: only its verdict waits"
    worker.join(60)
    assert worker.exitcode == 0
    assert verdicts(conn) == ["accepted"]
    assert conn.execute("select count(*) from history.roll").fetchone() == (8,)


def staged(conn):
    return conn.execute("select max(delivery_id) from ops.delivery where feed = 'roll'").fetchone()[0]


def test_taking_back_waits_too(conn):
    put(school(8))
    put(roll(*PUPILS))
    ingest()
    before = content_hash(conn)
    with publisher(STUDY) as publishing_conn, still_history(publishing_conn, NOW):
        worker = start(replay, "roll")
        until(lambda: waiting_for_stillness(conn) == 1)
        assert content_hash(conn) == before
    worker.join(60)
    assert worker.exitcode == 0
    assert content_hash(conn) == before


def test_a_publish_waits_for_filings_under_way(conn):
    entered = threading.Event()

    def still():
        with publisher(STUDY) as publishing_conn, still_history(publishing_conn, NOW):
            entered.set()

    with connect("pipeline") as writer, connect("pipeline") as other:
        write_history(writer)
        write_history(other)  # they do not wait for one another
        waiter = threading.Thread(target=still)
        waiter.start()
        until(lambda: waiting_for_stillness(conn) == 1)
        writer.commit()
        assert not entered.wait(0.3)
        other.commit()
        assert entered.wait(20)
        waiter.join(20)


def test_writers_who_come_later_do_not_starve_a_publish(conn):
    """They queue behind it; otherwise a busy day of overlapping filings would hold it off for ever."""
    order = []

    def still():
        with publisher(STUDY) as publishing_conn, still_history(publishing_conn, NOW):
            order.append("publish")

    def write():
        with connect("pipeline") as late:
            write_history(late)
            order.append("writer")

    with connect("pipeline") as writer:
        write_history(writer)
        first = threading.Thread(target=still)
        first.start()
        until(lambda: waiting_for_stillness(conn) == 1)
        second = threading.Thread(target=write)
        second.start()
        until(lambda: waiting_for_stillness(conn) == 2)
    first.join(20)
    second.join(20)
    assert order == ["publish", "writer"]


def test_a_publisher_that_is_busy_for_too_long_is_told_of(conn, monkeypatch):
    monkeypatch.setattr(lock, "BUSY_SECONDS", 0.2)
    with (
        connect("pipeline", autocommit=True) as other,
        hold_still(other, 5),
        publisher(STUDY) as publishing_conn,
        pytest.raises(PublishError, match="has not let go of history"),
        still_history(publishing_conn, NOW),
    ):
        pass


def die_in_stillness(ready):
    with publisher(STUDY) as publishing_conn, still_history(publishing_conn, NOW):
        ready.set()
        signal.pause()


def test_a_dead_publisher_holds_nobody_up(conn):
    ready = get_context("fork").Event()
    dead = start(die_in_stillness, ready)
    assert ready.wait(60)
    os.kill(dead.pid, signal.SIGKILL)
    dead.join(20)
    with connect("pipeline") as writer:
        writer.execute("set lock_timeout = '20s'")
        write_history(writer)


def test_history_is_not_written_outside_a_transaction(conn):
    with pytest.raises(RuntimeError, match="in a transaction"):
        write_history(conn)


@pytest.mark.slow
def test_nothing_is_published_while_an_interrupted_regate_leaves_deliveries_out(conn, impatient):
    """A regate forgets the verdict, the counts too: the mark alone tells that the roll was in history before."""
    put(school(8))
    put(roll(*PUPILS))
    ingest()
    expected = content_hash(conn)
    dead = start(regate_and_die)
    dead.join(120)
    assert dead.exitcode == -signal.SIGKILL
    assert conn.execute("select verdict, n_accepted from ops.delivery where feed = 'roll'").fetchone() == (
        "pending",
        None,
    )
    told = publish(roll().business_date, NOW, STUDY)
    assert told.verdict == "failed"
    assert [(reason["node"], reason["status"], reason["n"]) for reason in told.reasons] == [("ledger", "refiling", 1)]
    assert "rollcall ingest" in told.reasons[0]["said"]
    assert told.seconds.keys() == {"wait"}, "nothing was built"
    # What was known before the roll came does not miss it.
    before_it_came = roll().received_at.replace(hour=7)
    with publisher(STUDY) as publishing_conn, still_history(publishing_conn, before_it_came) as n_out:
        assert n_out == 0
    ingest()
    assert content_hash(conn) == expected
    with publisher(STUDY) as publishing_conn, still_history(publishing_conn, NOW) as n_out:
        assert n_out == 0


@pytest.mark.slow
def test_a_refiling_under_way_is_let_finish(conn, monkeypatch):
    monkeypatch.setattr(lock, "REFILING_SECONDS", 60)
    put(school(8))
    put(roll(*PUPILS))
    ingest()
    worker = start(replay, "roll", None, None, None, True)
    until(lambda: verdicts(conn) == ["pending"])
    with publisher(STUDY) as publishing_conn, still_history(publishing_conn, NOW) as n_out:
        assert n_out == 0
        assert verdicts(conn) == ["accepted"]
    worker.join(60)
    assert worker.exitcode == 0


def test_a_delivery_that_comes_to_wait_is_still_out_of_history(conn):
    """Its schools are to be judged anew first: until then the children of its roll would seem missing."""
    from rollcall.ingest import ledger, rewind

    put(school(8))
    put(roll(*PUPILS))
    ingest()
    (delivery_id,) = conn.execute("select delivery_id from ops.delivery where feed = 'roll'").fetchone()
    with conn.transaction():
        rewind.unfile(conn, [ledger.get(conn, delivery_id)], forget=True)
    ledger.decide(conn, delivery_id, "waiting")
    assert lock._taken_back(conn, NOW) == 1
    ingest()
    assert verdicts(conn) == ["accepted"] and lock._taken_back(conn, NOW) == 0


def test_a_decided_delivery_cannot_bear_the_mark(conn):
    put(school(8))
    ingest()
    with pytest.raises(psycopg.errors.CheckViolation):
        conn.execute("update ops.delivery set taken_back_at = now()")


def test_the_swap_is_lost_with_the_lock(conn):
    """The connection that holds history still is the one that swaps: if it dies, the candidate is not put in place."""
    with (
        pytest.raises(psycopg.OperationalError),
        publisher(STUDY) as publishing_conn,
        still_history(publishing_conn, NOW),
    ):
        prepare(publishing_conn, STUDY)
        conn.execute("select pg_terminate_backend(%s)", (publishing_conn.info.backend_pid,))
        swap(publishing_conn, STUDY, 1, lambda conn: None)
    left = conn.execute("select nspname from pg_namespace where nspname like 'study%' order by 1").fetchall()
    assert left == [("study_next",), ("study_next_work",)]
    prepare(conn, STUDY)
    for (name,) in left:
        conn.execute(f"drop schema {name}")
