"""Alerts are opened, kept and closed by the data."""

from datetime import date, timedelta

import pytest

from rollcall.alerts.find import find
from rollcall.alerts.record import open_alert, record
from rollcall.alerts.run import ledger_clock
from rollcall.alerts.words import KINDS
from rollcall.publish.expected import senders
from tests.publish.ledger import at, deliver, deliver_all, open_term

MONDAY, NEXT_MONDAY = date(2019, 9, 2), date(2019, 9, 9)
UNIT = "500103"
REASONS = [
    {
        "rule": "header_missing",
        "column": "name",
        "line": 3,
        "value": "张*",
        "n": 2,
        "zh": "秘密",
        "en": "secret",
    }
]


def found(conn, now, kind=None):
    return {item.dedupe_key: item for item in find(conn, now) if kind in (None, item.kind)}


def open_keys(conn):
    return {key for (key,) in conn.execute("select dedupe_key from ops.alert where closed_at is null")}


@pytest.fixture
def term(conn):
    """Everything of the first week has come, but the roll of one unit."""
    open_term(conn)
    deliver_all(conn, at(date(2019, 9, 3), 23), {("roll", UNIT, MONDAY)})
    return conn


def test_nothing_wrong_nothing_found(conn):
    assert find(conn, at(MONDAY)) == []
    open_term(conn)
    deliver_all(conn, at(MONDAY, 23))
    assert find(conn, at(MONDAY, 23)) == []


def test_late_then_missing_then_mended(term):
    key = f"roll:{UNIT}:{MONDAY}"
    assert found(term, at(date(2019, 9, 4), 23)) == {}
    late = record(term, find(term, at(date(2019, 9, 5), 1)), at(date(2019, 9, 5), 1))
    assert open_keys(term) == {f"late:{key}"} and len(late.opened) == 1
    kept = record(term, find(term, at(date(2019, 9, 5), 2)), at(date(2019, 9, 5), 2))
    assert kept.kept == late.opened and not kept.opened and not kept.closed
    # A week on it is missing, but a newer roll is due by then and speaks for the older one.
    now = at(NEXT_MONDAY, 1)
    deliver_all(term, now, {("roll", UNIT, MONDAY), ("roll", UNIT, NEXT_MONDAY), ("roll_change", UNIT, MONDAY)})
    assert f"late:{key}" in found(term, at(date(2019, 9, 8), 23))
    deliver(term, "roll", UNIT, MONDAY, received_at=at(date(2019, 9, 8)))
    gone = record(term, find(term, at(date(2019, 9, 8), 23)), at(date(2019, 9, 8), 23))
    assert gone.closed == late.opened and open_keys(term) == set()
    again = record(term, find(term, at(date(2019, 9, 8), 23)), at(date(2019, 9, 8), 23))
    assert not again.opened and not again.closed


def test_every_missing_file_of_events_stays_missing(term):
    now = at(date(2019, 9, 20), 23)
    deliver_all(term, now, {("absence", "platform", date(2019, 9, 5)), ("roll", UNIT, MONDAY)})
    assert set(found(term, now)) == {"missing:absence:platform:2019-09-05"}


def test_refused_until_mended(term):
    deliver(term, "roll", UNIT, MONDAY, "refused", reasons=REASONS)
    now = at(date(2019, 9, 6), 1)
    deliver_all(term, now)
    item = found(term, now)[f"refused:roll:{UNIT}:{MONDAY}:header_missing"]
    assert item.owner == UNIT and "渝中区" in item.text_zh and "缺少必须的列" in item.text_zh
    assert "张" not in item.text_zh and "秘密" not in item.text_zh, "neither values nor the ledger's own words"
    deliver(term, "roll", UNIT, MONDAY, received_at=at(date(2019, 9, 6)))
    assert found(term, at(date(2019, 9, 6), 23), "refused") == {}


def test_a_refused_correction_is_told_though_the_first_file_counts(term):
    deliver(term, "roll", UNIT, MONDAY)
    deliver(term, "roll", UNIT, MONDAY, "refused", received_at=at(MONDAY, 12), reasons=REASONS)
    assert set(found(term, at(date(2019, 9, 3)))) == {f"refused:roll:{UNIT}:{MONDAY}:header_missing"}


def test_a_newer_snapshot_mends_an_older_refusal_and_events_do_not(term):
    for feed in ("roll", "roll_change"):
        deliver(term, feed, UNIT, MONDAY, "refused", received_at=at(MONDAY, 12))
        deliver(term, feed, UNIT, NEXT_MONDAY)
    assert set(found(term, at(NEXT_MONDAY, 9), "refused")) == {f"refused:roll_change:{UNIT}:{MONDAY}"}


def test_a_refused_section_belongs_to_its_unit(term):
    delivery_id = deliver(term, "absence", "platform", date(2019, 9, 4))
    term.execute(
        """insert into ops.delivery_section (delivery_id, unit_code, n_read, n_accepted, n_rejected, verdict,
        reasons)
        values (%s, %s, 10, 0, 10, 'refused', '[{"rule": "too_many_rejected", "n": 10}]')""",
        (delivery_id, UNIT),
    )
    (item,) = found(term, at(date(2019, 9, 4), 9), "section_refused").values()
    assert (item.owner, item.sender, item.feed) == (UNIT, "platform", "absence")


def test_a_file_nobody_knows_is_the_data_engineers(term):
    deliver(term, "张三的文件", "某学校", date(1900, 1, 1), "refused", received_at=at(MONDAY))
    (item,) = found(term, at(MONDAY, 9), "refused").values()
    assert item.owner == "data_engineer" and item.feed is None and item.sender is None
    assert "张三" not in item.text_zh + item.dedupe_key and "某学校" not in item.text_zh + item.dedupe_key


def test_waiting_too_long(term):
    deliver(term, "roll", UNIT, MONDAY, "waiting")
    assert found(term, at(date(2019, 9, 3))) == {}
    (item,) = found(term, at(MONDAY, 9) + timedelta(days=2), "waiting").values()
    assert item.owner == UNIT and "学校" in item.text_zh


def test_many_rejected_rows(term):
    deliver(term, "roll", "500101", NEXT_MONDAY, n_read=1000, n_rejected=9)
    deliver(term, "roll", "500102", NEXT_MONDAY, n_read=1000, n_rejected=10)
    assert set(found(term, at(NEXT_MONDAY), "rejected_rows")) == {f"rejected_rows:roll:500102:{NEXT_MONDAY}"}
    deliver(term, "roll", "500102", date(2019, 9, 16), n_read=1000)
    assert found(term, at(date(2019, 9, 16)), "rejected_rows") == {}


def test_failed_publish(term):
    def attempt(verdict):
        term.execute(
            """insert into ops.publish (schema_name, as_of, known_at, verdict, reasons, finished_at)
            values ('marts', '2019-09-02', now(), %s, '[{"node": "fct_child_status"}]', clock_timestamp())""",
            (verdict,),
        )

    now = at(MONDAY)
    attempt("failed")
    record(term, find(term, now), now)
    assert open_keys(term) == {"publish_failed:marts"}
    attempt("running")
    assert "publish_failed:marts" in found(term, now)
    attempt("published")
    record(term, find(term, now), now)
    assert open_keys(term) == set()


def test_callbacks_open_once_and_a_publish_closes(term):
    def failed(dag):
        return open_alert(f"task_failed:{dag}:lane", "task_failed", "data_engineer", "critical", "任务失败", "failed")

    assert failed("ingest_roll") == failed("ingest_roll")
    failed("publish_marts")
    now = ledger_clock(term)
    record(term, find(term, now), now)
    assert open_keys(term) == {"task_failed:ingest_roll:lane", "task_failed:publish_marts:lane"}
    # That something was decided does not say that the task works again.
    deliver(term, "roll", UNIT, NEXT_MONDAY)
    record(term, find(term, now), now)
    assert len(open_keys(term)) == 2
    term.execute(
        """insert into ops.publish (schema_name, as_of, known_at, verdict, finished_at)
        values ('marts', '2019-09-02', now(), 'published', clock_timestamp())"""
    )
    record(term, find(term, now), now)
    assert open_keys(term) == {"task_failed:ingest_roll:lane"}


def test_every_kind_has_words_a_rule_and_a_runbook(warehouse):
    from rollcall.alerts.find import thresholds

    assert set(KINDS) == set(thresholds())
    for kind in KINDS:
        assert (warehouse.repo / "docs" / "runbooks" / f"{kind}.md").exists(), kind


def test_every_sender_has_a_route(warehouse):
    from rollcall.alerts.digest import routes
    from rollcall.contracts.load import contracts

    expected = {sender for contract in contracts().values() for sender in senders(contract.senders)}
    assert expected | {"data_engineer"} <= set(routes())
