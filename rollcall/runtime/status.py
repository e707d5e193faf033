"""What runs, and what the ledger holds."""

from rollcall.warehouse.connect import connect


def facts() -> dict:
    """Flat facts for `rollcall status`: what runs and where, deliveries by verdict, the last publish, open
    alerts.
    """
    from rollcall.ingest.lying import lying
    from rollcall.runtime import airflow
    from rollcall.warehouse import server
    from rollcall.warehouse.settings import settings

    found = {
        "home": str(settings().home),
        "database_is_running": server.running(),
        "database_port": None,
        "airflow_is_running": airflow.running(),
        "airflow": None,
        "deliveries": {},
        "n_waiting_in_inbox": len(lying()),
        "as_of": None,
        "published_at": None,
        "n_open_alerts": None,
    }
    if found["airflow_is_running"]:
        found["airflow"] = airflow.address()
    if not found["database_is_running"]:
        return found
    if settings().is_embedded:
        found["database_port"] = server.port()
    with connect("pipeline", autocommit=True) as conn:
        if conn.execute("select to_regclass('ops.delivery')").fetchone()[0] is None:
            return found
        found["deliveries"] = dict(
            conn.execute("select verdict, count(*) from ops.delivery group by 1 order by 1").fetchall()
        )
        last = conn.execute(
            """select as_of, finished_at from ops.publish
            where verdict = 'published' and schema_name = 'marts' order by publish_id desc limit 1"""
        ).fetchone()
        if last:
            found["as_of"], found["published_at"] = last[0].isoformat(), last[1].isoformat(timespec="seconds")
        found["n_open_alerts"] = conn.execute("select count(*) from ops.alert where closed_at is null").fetchone()[0]
    return found


def show(found: dict) -> None:
    """The same as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", "", title="点名 Rollcall", show_header=False)
    words = {True: "运行中 running", False: "未运行 not running"}
    port = f" 127.0.0.1:{found['database_port']}" if found["database_port"] else ""
    table.add_row("数据库 database", words[found["database_is_running"]] + port)
    table.add_row("Airflow", found["airflow"] or words[found["airflow_is_running"]])
    table.add_row("收件箱 files in the inbox", str(found["n_waiting_in_inbox"]))
    for verdict, n in found["deliveries"].items():
        table.add_row(f"报送 deliveries {verdict}", str(n))
    table.add_row("发布 published as of", f"{found['as_of'] or '-'}")
    table.add_row("未关闭预警 open alerts", str(found["n_open_alerts"] if found["n_open_alerts"] is not None else "-"))
    Console().print(table)
