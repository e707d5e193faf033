"""One Dag per feed, made from its contract: what has arrived is taken, judged and filed.

A new contract file is a new Dag; nothing here names a feed. The ledger decides what is to be done, so
running a Dag twice is harmless, and an asset event is only a doorbell.
"""

import os
from datetime import timedelta

from airflow.sdk import (
    DAG,
    Asset,
    AssetAlias,
    AssetAny,
    AssetOrTimeSchedule,
    CronTriggerTimetable,
    Param,
    get_current_context,
    get_parsing_context,
    task,
)

from rollcall.runtime.callbacks import ingest_worked, task_failed
from rollcall.runtime.feeds import Feed, asset_uri, feeds

N_LANES = int(os.environ.get("ROLLCALL_LANES") or 2)
DAY = {"type": ["null", "string"], "format": "date"}

DOC = """\
### {zh} · {name}

{purpose}

**做什么** 从收件箱取出 `{name}` 的新报送，逐件校验、入库；不合格的报送记入台账（`ops.delivery`），
不算任务失败。
**何时** {when_zh}。
**如何重跑** 直接触发即可，重复运行无害。只处理一部分：填写参数 `sender`、`from`、`to`。
`mode=replay` 按原结论从归档重新入库；`mode=regate` 按现行规则重新校验。

**What** takes new deliveries of `{name}` out of the inbox, judges and files them. A refused delivery is an
entry in the ledger (`ops.delivery`), not a failed task; a crash is.
**When** {when_en}.
**Run again** trigger it; twice is harmless. Part of it: params `sender`, `from`, `to`. `mode=replay` files
archived deliveries again under their recorded verdicts, `mode=regate` judges them anew by the rules of
today.
"""


def asset(name: str) -> Asset:
    return Asset(name=f"history_{name}", uri=asset_uri(name))


def schedule(feed: Feed):
    """By the clock, and whenever a feed that this one is judged against has gained a date."""
    clock = CronTriggerTimetable(feed.cron, timezone="Asia/Shanghai", run_immediately=timedelta(0))
    if not feed.references:
        return clock
    return AssetOrTimeSchedule(timetable=clock, assets=AssetAny(*map(asset, feed.references)))


def doc(feed: Feed) -> str:
    after_zh = f"；{'、'.join(feed.references)} 入库后也会运行" if feed.references else ""
    after_en = f", and after {', '.join(feed.references)} has been filed" if feed.references else ""
    return DOC.format(
        zh=feed.zh,
        name=feed.name,
        purpose=feed.purpose,
        when_zh=f"`{feed.cron}`（北京时间）{after_zh}",
        when_en=f"`{feed.cron}` (Asia/Shanghai){after_en}",
    )


def ingest(feed: Feed) -> DAG:
    with DAG(
        dag_id=feed.dag_id,
        dag_display_name=f"收件 {feed.zh} {feed.name}",
        description=f"{feed.zh}：取件、校验、入库",
        schedule=schedule(feed),
        catchup=False,
        max_active_runs=1,
        tags=["ingest", feed.family, feed.cadence],
        doc_md=doc(feed),
        default_args={
            "owner": feed.owner,
            "retries": 2,
            "retry_delay": timedelta(seconds=30),
            "on_failure_callback": task_failed,
            "on_success_callback": ingest_worked,
            "priority_weight": feed.priority,
            "weight_rule": "absolute",
        },
        params={
            "mode": Param("ingest", enum=["ingest", "replay", "regate"]),
            "sender": Param(None, type=["null", "string"]),
            "from": Param(None, **DAY),
            "to": Param(None, **DAY),
        },
    ) as dag:
        # Through an alias an event is sent only if there is something to tell. Each lane has its own: Airflow notes
        # which asset an alias has led to, and of two lanes that end together with the same note, the second would
        # break on its key and be called failed though its work is done.
        gained = [AssetAlias(f"gained_{feed.name}_{n}") for n in range(N_LANES)]

        @task(pool="warehouse")
        def discover(params: dict | None = None) -> list[dict]:
            from rollcall.runtime.lanes import plan_lanes

            return plan_lanes(feed.name, params, N_LANES)

        @task(pool="warehouse", outlets=gained, map_index_template="{{ lane_name | default(task.task_id) }}")
        def lane(work: dict) -> dict:
            from rollcall.runtime.lanes import lane_name, run_lane

            # The template of the name sees this mapping, and not the copy that keyword arguments are.
            context = get_current_context()
            context["lane_name"] = lane_name(work)
            mine = gained[context["ti"].map_index]
            done = run_lane(feed.name, work)
            for day in done["business_dates"]:
                context["outlet_events"][mine].add(asset(feed.name), extra={"business_date": day})
            return done

        lane.expand(work=discover())
    return dag


# Within a task Airflow says which Dag it wants: the other contracts need not be read.
for feed in feeds(get_parsing_context().dag_id):
    globals()[feed.dag_id] = ingest(feed)
