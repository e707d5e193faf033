"""`rollcall alerts`: what is open, and one run by hand."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from rollcall.cli.known import check_owner

app = typer.Typer(no_args_is_help=True, help="预警：查看与发送。Alerts: list them, bring them up to date.")
AsJson = Annotated[bool, typer.Option("--json", help="JSON for scripts instead of a table.")]


@app.command("list")
def list_alerts(
    owner: Annotated[str | None, typer.Option(help="Only this owner's, e.g. 500103, platform.")] = None,
    limit: Annotated[int, typer.Option(help="Alerts to show; the count is of all, and --json gives all.")] = 50,
    as_json: AsJson = False,
) -> None:
    """未解除的预警。Open alerts, most severe first; docs/runbooks says what to do about each kind."""
    from psycopg.rows import dict_row

    from rollcall.warehouse.connect import connect

    check_owner(owner)
    with connect("pipeline") as conn:
        conn.row_factory = dict_row
        rows = conn.execute(
            """select alert_id, kind, owner, severity, feed, sender, business_date,
                opened_at, text_zh, text_en
            from ops.alert
            where closed_at is null and (owner = %(owner)s or %(owner)s::text is null)
            order by severity, kind, alert_id""",
            {"owner": owner},
        ).fetchall()
    if as_json:
        print(json.dumps(rows, default=str, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"未解除预警 Open alerts: {len(rows)}")
    for heading in ("编号 No.", "责任方 Owner", "自 Since", "内容 What"):
        table.add_column(heading, overflow="fold")
    for row in rows[:limit]:
        table.add_row(str(row["alert_id"]), row["owner"], f"{row['opened_at']:%Y-%m-%d %H:%M}", row["text_zh"])
    console = Console()
    console.print(table)
    if (left := len(rows) - limit) > 0:
        console.print(f"另有 {left} 条未列出，可用 --limit 或 --owner · {left} more, see --limit and --owner")


@app.command("run")
def run(
    run_key: Annotated[str, typer.Option(help="Name of the run: under one name nobody is told twice.")],
    now: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M:%S"], help="The time to judge by, Shanghai; see below.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """更新预警并发送摘要。Open, keep and close alerts by the ledger, write the digests and send them.

    Without --now it judges by the newest receipt, or by the moment of knowledge of the published marts if that is
    later: by today, once they were published without --known-at. Of simulated weeks all that should have come since
    would be missing then, so say which time it is: `rollcall alerts run --run-key 2019-09-29 --now 2019-09-29T23:59:00`
    """
    from rollcall.alerts.run import run_alerts

    done = asdict(run_alerts(run_key, now.replace(tzinfo=ZoneInfo("Asia/Shanghai")) if now else None))
    print(json.dumps(done) if as_json else "  ".join(f"{name[2:]} {n}" for name, n in done.items()))
