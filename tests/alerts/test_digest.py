"""Digests reach a receiver that is down, slow and back again: none lost, none doubled."""

import os
import subprocess
import sys
from datetime import date, timedelta
from importlib import import_module

import pytest

from rollcall.alerts import find as alerts_find
from rollcall.alerts.digest import ADDRESSES, MENDED, NEW, STANDING, address
from rollcall.alerts.run import run_alerts
from tests.alerts.receiver import receiving
from tests.publish.ledger import at, deliver, deliver_all, open_term

MONDAY = date(2019, 9, 2)
UNIT, OTHER = "500103", "500104"
THURSDAY = at(date(2019, 9, 5), 1)


@pytest.fixture(autouse=True)
def no_routes(monkeypatch):
    for name in list(os.environ):
        if name.startswith("ROLLCALL_ALERT_URL_"):
            monkeypatch.delenv(name)


@pytest.fixture
def late(conn):
    """The rolls of two units are late on Thursday."""
    open_term(conn)
    deliver_all(conn, at(date(2019, 9, 5), 23), {("roll", UNIT, MONDAY), ("roll", OTHER, MONDAY)})
    return conn


def route(monkeypatch, recipient, port):
    monkeypatch.setenv(f"ROLLCALL_ALERT_URL_{recipient.upper()}", f"json://127.0.0.1:{port}/hook")


def test_one_digest_per_recipient_and_run(late, monkeypatch):
    with receiving() as receiver:
        route(monkeypatch, UNIT, receiver.port)
        route(monkeypatch, "municipality", receiver.port)
        first = run_alerts("run-1", THURSDAY)
        assert (first.n_opened, first.n_digests, first.n_sent, first.n_waiting) == (2, 2, 2, 0)
        assert len(receiver.taken) == 2
        mine = next(message for message in receiver.taken if "渝中区" in message["title"])
        assert "run-1" in mine["title"] and f"{NEW} 1 项" in mine["message"] and "大渡口" not in mine["message"]
        # The unit without an address is told through the municipality.
        assert any("大渡口区" in message["message"] for message in receiver.taken if message is not mine)
        again = run_alerts("run-1", THURSDAY)
        quiet = run_alerts("run-2", THURSDAY + timedelta(hours=1))
        assert (again.n_digests, again.n_sent, quiet.n_digests, quiet.n_sent) == (0, 0, 0, 0)
        assert len(receiver.taken) == 2


def test_new_standing_and_mended(late, monkeypatch):
    with receiving() as receiver:
        route(monkeypatch, UNIT, receiver.port)
        run_alerts("run-1", THURSDAY)
        deliver(late, "roll_change", UNIT, MONDAY, "refused", received_at=THURSDAY + timedelta(hours=1))
        run_alerts("run-2", THURSDAY + timedelta(hours=2))
        assert f"{NEW} 1 项" in receiver.taken[1]["message"] and f"{STANDING} 1 项" in receiver.taken[1]["message"]
        deliver(late, "roll", UNIT, MONDAY, received_at=THURSDAY + timedelta(hours=3))
        run_alerts("run-3", THURSDAY + timedelta(hours=4))
        third = receiver.taken[2]["message"]
        assert f"{STANDING} 1 项" in third and f"{MENDED} 1 项" in third and NEW not in third


def test_a_text_worded_anew_is_no_news(late, monkeypatch):
    with receiving() as receiver:
        route(monkeypatch, UNIT, receiver.port)
        run_alerts("run-1", THURSDAY)
        words = alerts_find.owner_name
        monkeypatch.setattr(alerts_find, "owner_name", lambda owner: (f"敬告{words(owner)[0]}", words(owner)[1]))
        reworded = run_alerts("run-2", THURSDAY + timedelta(hours=1))
        assert (reworded.n_kept, reworded.n_digests) == (2, 0) and len(receiver.taken) == 1
        # Refused is news, and refused again for another rule; for the same one it is not.
        for hour, (rule, n) in enumerate((("no_header", 2), ("no_header", 2), ("header_missing", 3)), 2):
            said = [{"rule": rule, "column": None, "line": None}]
            moment = THURSDAY + timedelta(hours=hour)
            deliver(late, "roll_change", UNIT, MONDAY, "refused", received_at=moment, reasons=said)
            run_alerts(f"run-{hour + 1}", moment)
            assert len(receiver.taken) == n, hour
        last = receiver.taken[-1]["message"]
        assert all(f"{heading} 1 项" in last for heading in (NEW, STANDING, MENDED)) and "敬告" in last


def test_what_was_told_before_there_was_a_column_is_read_out_of_the_texts(late, monkeypatch):
    monkeypatch.setenv(f"ROLLCALL_ALERT_URL_{UNIT}", "json://127.0.0.1:9/hook")
    run_alerts("run-1", THURSDAY)
    deliver(late, "roll_change", UNIT, MONDAY, "refused", received_at=THURSDAY + timedelta(hours=1))
    run_alerts("run-2", THURSDAY + timedelta(hours=2))
    deliver(late, "roll", UNIT, MONDAY, received_at=THURSDAY + timedelta(hours=3))
    run_alerts("run-3", THURSDAY + timedelta(hours=4))
    told = "select alert_ids from ops.digest order by digest_id"
    kept = late.execute(told).fetchall()
    assert [len(ids) for (ids,) in kept] == [1, 2, 1]
    late.execute("update ops.digest set alert_ids = '{}'")
    late.execute(import_module("rollcall.warehouse.migrations.versions.0007_told").TOLD_SO_FAR)
    assert [sorted(ids) for (ids,) in late.execute(told)] == [sorted(ids) for (ids,) in kept]


def test_down_then_back(late, monkeypatch):
    with receiving() as receiver:
        port = receiver.port
        route(monkeypatch, UNIT, port)
    down = run_alerts("run-1", THURSDAY)
    assert (down.n_digests, down.n_sent, down.n_waiting) == (1, 0, 1)
    deliver(late, "roll_change", UNIT, MONDAY, "refused", received_at=THURSDAY + timedelta(hours=1))
    with receiving(port) as receiver:
        receiver.mode = "broken"
        assert run_alerts("run-2", THURSDAY + timedelta(hours=2)).n_waiting == 2
        assert receiver.taken == []
        receiver.mode = "up"
        back = run_alerts("run-2", THURSDAY + timedelta(hours=2))
        assert (back.n_sent, back.n_waiting) == (2, 0)
        assert ["run-1" in receiver.taken[0]["title"], "run-2" in receiver.taken[1]["title"]] == [True, True]
        run_alerts("run-3", THURSDAY + timedelta(hours=3))
        assert len(receiver.taken) == 2
    attempts = late.execute("select attempts, last_error from ops.digest order by digest_id").fetchall()
    assert attempts == [(3, None), (1, None)], "the second is not tried while the first is held up"


def test_slow_is_not_down(late, monkeypatch):
    """Apprise gives up after four seconds by itself; a receiver that answers in five would then be told
    twice.
    """
    with receiving(slow_seconds=5) as receiver:
        route(monkeypatch, UNIT, receiver.port)
        receiver.mode = "slow"
        assert run_alerts("run-1", THURSDAY).n_sent == 1
        assert len(receiver.taken) == 1


def test_two_runs_at_once_send_once(late, monkeypatch):
    with receiving(slow_seconds=1) as receiver:
        receiver.mode = "slow"
        route(monkeypatch, UNIT, receiver.port)
        script = (
            "from datetime import datetime; from rollcall.alerts.run import run_alerts; "
            f"run_alerts('run-1', datetime.fromisoformat('{THURSDAY.isoformat()}'))"
        )
        both = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
        assert [process.wait(60) for process in both] == [0, 0]
        assert len(receiver.taken) == 1


def test_killed_between_sending_and_recording(late, monkeypatch):
    """The one case in which a digest goes out twice: both carry the same number and key, so it can be
    seen.
    """
    with receiving() as receiver:
        route(monkeypatch, UNIT, receiver.port)
        script = (
            "import os; from datetime import datetime; from rollcall.alerts import send; "
            "told = send.deliver; send.deliver = lambda *a: (told(*a), os._exit(9)); "
            "from rollcall.alerts.run import run_alerts; "
            f"run_alerts('run-1', datetime.fromisoformat('{THURSDAY.isoformat()}'))"
        )
        assert subprocess.run([sys.executable, "-c", script], timeout=60).returncode == 9
        after = run_alerts("run-1", THURSDAY)
        assert (after.n_digests, after.n_sent) == (0, 1)
        assert len(receiver.taken) == 2 and len({(m["title"], m["message"], m["key"]) for m in receiver.taken}) == 1
        assert receiver.taken[0]["key"].startswith("rollcall-")
        run_alerts("run-2", THURSDAY)
        assert len(receiver.taken) == 2


def test_no_address_nothing_written_and_told_later(late, monkeypatch):
    assert run_alerts("run-1", THURSDAY).n_digests == 0
    with receiving() as receiver:
        route(monkeypatch, UNIT, receiver.port)
        assert run_alerts("run-2", THURSDAY).n_sent == 1


def test_address_from_a_secret_file(warehouse):
    path = warehouse.secrets / ADDRESSES
    path.write_text("# who is told\n\nROLLCALL_ALERT_URL_500103 = json://127.0.0.1:9/hook?+key=one\n")
    try:
        assert address("ROLLCALL_ALERT_URL_500103") == "json://127.0.0.1:9/hook?+key=one"
        assert address("ROLLCALL_ALERT_URL_500104") is None
    finally:
        path.unlink()


def test_an_address_never_reaches_the_ledger(late, monkeypatch):
    monkeypatch.setenv(f"ROLLCALL_ALERT_URL_{UNIT}", "json://user:token-in-the-address@127.0.0.1:9/hook")
    run_alerts("run-1", THURSDAY)
    (error,) = late.execute("select last_error from ops.digest").fetchone()
    assert error and "token" not in error
