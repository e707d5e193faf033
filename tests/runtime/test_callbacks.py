"""A crash becomes one alert with an owner, and an alert that cannot be written no second crash."""

from types import SimpleNamespace

from rollcall.runtime.callbacks import publish_overdue, task_failed
from rollcall.warehouse.connect import connect

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


def test_without_a_database_the_callback_only_logs(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("ROLLCALL_HOME", str(tmp_path))
    task_failed(CONTEXT)
    assert "could not be written" in caplog.text
