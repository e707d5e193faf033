"""`rollcall run`, `serve`, `up`, `down`, `status`: everything together."""

import json
from datetime import datetime
from typing import Annotated

import typer

from rollcall.cli.simulate import Monday, Scale, Seed

Weeks = Annotated[int, typer.Option(min=0, help="Weeks of deliveries; 0 = the opening ones, and nothing is published.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")]


def run(
    scale: Scale = 0.01,
    start: Monday = datetime(2019, 9, 2),
    weeks: Weeks = 4,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """演示全流程：模拟、收件、发布、监测。The whole main job once, through a real Airflow; `make run` calls
    it.

    Starts the database and Airflow, lets a simulated municipality send its files, lets the Dags ingest them,
    publishes each week's end, and shows the monitor. Then it stops what it started. Run it again: it is
    quick, nothing doubles. With --json the progress goes to stderr, and at the end stdout has the seconds by step and
    the Dag runs that failed.
    """
    from rollcall.runtime.run import run_scenario
    from rollcall.runtime.scenario import Scenario

    raise typer.Exit(run_scenario(Scenario(scale, start.date(), weeks, seed), as_json))


def serve() -> None:
    """全部启动并保持运行。Keep database and Airflow up, say where they are and how to log in; Ctrl-C stops
    them.
    """
    from rollcall.runtime.serve import serve_until_stopped

    serve_until_stopped()


def up(
    airflow: Annotated[bool, typer.Option(help="Airflow too, not the database alone.")] = False,
    as_json: AsJson = False,
) -> None:
    """启动并在后台保持。Start the database (and Airflow with --airflow) and leave them running; see
    `rollcall down`. Says how to query with psql. --json tells what `rollcall status --json` does.

    Brings the tables up to this version of the code too. With ROLLCALL_DATABASE_URL set no database is started, only
    migrated.
    """
    from rollcall.runtime import airflow as runtime
    from rollcall.runtime.reading import psql
    from rollcall.warehouse import server
    from rollcall.warehouse.migrate import migrate
    from rollcall.warehouse.settings import settings

    server.start()
    migrate()
    if airflow:
        runtime.start()
    if as_json:
        _print_facts()
        return
    typer.echo("数据库已就绪 · the database is ready")
    if settings().is_embedded:
        typer.echo(f"查询 to query (psql):\n{psql()}")
    if airflow:
        typer.echo(f"Airflow 已就绪 · Airflow is ready: {runtime.address()}")


def down(as_json: AsJson = False) -> None:
    """停止 Airflow 和数据库。Stop Airflow and the database; nothing that was committed is lost."""
    from rollcall.runtime import airflow
    from rollcall.warehouse import server

    airflow.stop()
    server.stop()
    if as_json:
        _print_facts()
    else:
        typer.echo("已停止 · stopped")


def status(as_json: AsJson = False) -> None:
    """运行状况与台账概况。What runs, and what the ledger holds. Exit code 3 when the database is not
    running.
    """
    from rollcall.runtime.status import facts, show

    found = _print_facts() if as_json else facts()
    if not as_json:
        show(found)
    if not found["database_is_running"]:
        raise typer.Exit(3)


def docs() -> None:
    """生成集市文档。Build the documentation of the marts (dbt docs) as one HTML file, and say where it is."""
    from rollcall.runtime.docs import build_docs

    typer.echo(f"已写入 · written: {build_docs()}")


def _print_facts() -> dict:
    from rollcall.runtime.status import facts

    found = facts()
    typer.echo(json.dumps(found, ensure_ascii=False))
    return found
