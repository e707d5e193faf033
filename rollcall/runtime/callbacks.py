"""What Airflow calls when a task fails or works again, or a publish is overdue: an alert in the ledger, never another
failure.

The alerts close themselves when the same thing has worked since.
"""

import logging

from rollcall.runtime.feeds import PREFIX

log = logging.getLogger(__name__)


def task_failed(context: dict) -> None:
    """A crash is the data engineer's work. Only names and the error's type go into the alert."""
    ti = context["ti"]
    error = type(context.get("exception")).__name__
    _open(
        dedupe_key=f"task_failed:{ti.dag_id}:{ti.task_id}",
        kind="task_failed",
        text_zh=f"任务失败：{ti.dag_id}.{ti.task_id}（{error}）。请查看 Airflow 日志后重新运行。",
        text_en=f"Task {ti.dag_id}.{ti.task_id} failed ({error}). Read its log in Airflow, then run the Dag again.",
    )


def ingest_worked(context: dict) -> None:
    """A task of an ingest Dag has worked, so what its failures had opened is closed."""
    dag_id = context["ti"].dag_id
    try:
        from rollcall.alerts.record import close_worked

        close_worked(dag_id, dag_id.removeprefix(PREFIX))
    except Exception as error:
        log.error("alerts of %s could not be closed: %s", dag_id, type(error).__name__)


def publish_overdue(**kwargs) -> None:
    """Deadline of publish_marts: the run has been going for too long."""
    _open(
        dedupe_key="publish_overdue:publish_marts",
        kind="publish_overdue",
        text_zh="发布超时：publish_marts 未在规定时间内完成。",
        text_en="publish_marts has not finished in the time it is given.",
    )


def _open(dedupe_key: str, **alert) -> None:
    try:
        from rollcall.alerts.record import open_alert

        open_alert(dedupe_key, owner="data_engineer", severity="critical", **alert)
    except Exception as error:
        log.error("the alert %s could not be written: %s", dedupe_key, type(error).__name__)
