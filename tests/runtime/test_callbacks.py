"""A crash becomes one alert with an owner, and an alert that cannot be written no second crash."""

from types import SimpleNamespace

from rollcall.ingest.inbox import discover
from rollcall.runtime.callbacks import ingest_worked, publish_overdue, task_failed
from rollcall.warehouse.connect import connect
from tests.ingest.sending import put
from tests.ingest.test_verdicts import pupil, roll

CONTEXT = {
    "ti": SimpleNamespace(dag_id="ingest_roll", task_id="lane"),
    "exception": ValueError("张三 500901201001010011"),
}


def alerts() -> list[tuple]:
    with connect() as conn:
        return conn.execute("select kind, owner, dedupe_key, text_zh || text_en from ops.alert order by 1").fetchall()


def test_a_crash_is_one_open_alert_without_data(wipe):
    task_failed(CONTEXT)
    task_failed(CONTEXT)
    publish_overdue()
    overdue, failed = alerts()
    assert overdue[:3] == ("publish_overdue", "data_engineer", "publish_overdue:publish_marts")
    assert failed[:3] == ("task_failed", "data_engineer", "task_failed:ingest_roll:lane")
    assert "ValueError" in failed[3] and "5009" not in failed[3] and "张三" not in failed[3]


def worked(task: str) -> None:
    ingest_worked({"ti": SimpleNamespace(dag_id="ingest_roll", task_id=task)})


def failed(dag: str, task: str) -> None:
    task_failed({"ti": SimpleNamespace(dag_id=dag, task_id=task), "exception": OSError()})


def still_open() -> list[str]:
    with connect() as conn:
        rows = conn.execute("select dedupe_key from ops.alert where closed_at is null order by 1").fetchall()
    return [key for (key,) in rows]


def test_a_hiccup_is_closed_by_the_next_run_though_nothing_has_come(wipe):
    failed("ingest_roll", "discover")
    failed("ingest_roll", "lane")
    # A name that begins alike is another Dag's.
    failed("ingest_roll_change", "discover")
    worked("discover")
    assert still_open() == ["task_failed:ingest_roll_change:discover"]


def test_a_lane_that_works_does_not_close_what_another_has_left(wipe):
    put(roll(pupil(1001)))
    discover(settle_seconds=0)
    failed("ingest_roll", "discover")
    failed("ingest_roll", "lane")
    worked("lane")
    assert still_open() == ["task_failed:ingest_roll:lane"]
    with connect() as conn:
        conn.execute("update ops.delivery set verdict = 'refused', decided_at = now()")
    worked("lane")
    assert still_open() == []


def test_without_a_database_the_callback_only_logs(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("ROLLCALL_HOME", str(tmp_path))
    task_failed(CONTEXT)
    worked("lane")
    assert "could not be written" in caplog.text and "could not be closed" in caplog.text
