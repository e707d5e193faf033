"""publish_marts: when the ledger says that a date is complete enough, or the day is over, the marts are
published.
"""

from datetime import timedelta

from airflow.sdk import (
    DAG,
    Asset,
    AssetAny,
    AssetOrTimeSchedule,
    CronTriggerTimetable,
    DeadlineAlert,
    DeadlineReference,
    Param,
    SyncCallback,
    task,
)

from rollcall.runtime.callbacks import publish_overdue, task_failed
from rollcall.runtime.feeds import asset_uri, feeds

DEADLINE = "30 22 * * *"

DOC = """\
### 发布 · publish_marts

**做什么** 检查业务日期是否收齐；收齐则在候选模式中构建、检验，通过后整体切换；随后更新预警并发送摘要。
检验不通过时， 昨天发布的结果保持不变，本次运行失败。
**何时** 任一数据入库后；以及每天 22:30（北京时间）截止时，按已收到的发布，并写明缺什么。
**如何重跑** 触发时填写 `as_of`（业务日期）和 `known_at`（所知时刻，如 `2019-09-08T23:59:00+08:00`）；
重复运行结果相同。业务日期早于现已发布的，须填 `back`。

**What** asks whether a business date is complete enough; if so builds in a candidate schema, tests, and
swaps it in whole; then brings the alerts up to date and sends the digests. When a test fails, yesterday's
marts stand and the run fails.
**When** after any feed has been filed, and at 22:30 Asia/Shanghai every day with what is there, saying what
is missing.
**Run again** trigger it with `as_of` (business date) and `known_at` (moment of knowledge); the same gives
the same. A business date before the published one needs `back`.
"""


def schedule() -> AssetOrTimeSchedule:
    assets = [Asset(name=f"history_{feed.name}", uri=asset_uri(feed.name)) for feed in feeds()]
    clock = CronTriggerTimetable(DEADLINE, timezone="Asia/Shanghai", run_immediately=timedelta(0))
    return AssetOrTimeSchedule(timetable=clock, assets=AssetAny(*assets))


with DAG(
    dag_id="publish_marts",
    dag_display_name="发布 publish_marts",
    description="收齐检查、构建、检验、切换、预警",
    schedule=schedule(),
    catchup=False,
    max_active_runs=1,
    tags=["publish"],
    doc_md=DOC,
    default_args={
        "owner": "data_engineer",
        "retries": 1,
        "retry_delay": timedelta(seconds=30),
        "on_failure_callback": task_failed,
    },
    params={
        "as_of": Param(None, type=["null", "string"], format="date"),
        "known_at": Param(None, type=["null", "string"], format="date-time"),
        "back": Param(False, type="boolean"),
    },
    deadline=DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=2),
        callback=SyncCallback(publish_overdue),
    ),
):

    @task
    def check(params: dict | None = None, **context) -> dict:
        from airflow.sdk.exceptions import AirflowSkipException

        from rollcall.runtime.publishing import what_to_publish

        wanted = what_to_publish(params, is_doorbell=context["dag_run"].run_type == "asset_triggered")
        if wanted is None:
            raise AirflowSkipException("nothing new is complete enough")
        return wanted

    @task(pool="warehouse")
    def publish(wanted: dict) -> dict:
        from airflow.sdk.exceptions import AirflowFailException

        from rollcall.runtime.publishing import publish_one

        result = publish_one(wanted)
        if result["verdict"] != "published":
            # Trying again would build the same thing.
            raise AirflowFailException(f"not published; yesterday's marts stand: {', '.join(result['failed'])}")
        return result

    @task(retries=3)
    def alert(params: dict | None = None, **context) -> dict:
        from rollcall.runtime.publishing import tell

        return tell(params, context["run_id"])

    published = publish(check())
    # A teardown runs whatever became of the publish, and does not make a failed run green.
    published >> alert().as_teardown(on_failure_fail_dagrun=True)
