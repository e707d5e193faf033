"""The database's part of `rollcall up`, `rollcall down` and `rollcall status`."""

import json
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="数据库 · The warehouse's database alone.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")]


@app.command()
def up() -> None:
    """启动数据库并升级表结构。Start the database and bring its tables up to this version of the code.

    Harmless when it runs already. With ROLLCALL_DATABASE_URL set nothing is started, only migrated.
    """
    from rollcall.warehouse import server
    from rollcall.warehouse.errors import WarehouseError
    from rollcall.warehouse.migrate import migrate

    try:
        server.start()
        migrate()
    except (WarehouseError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"数据库已就绪 · the database is ready ({_place()})")


@app.command()
def down() -> None:
    """停止数据库。Stop the embedded database; what was committed stays."""
    from rollcall.warehouse import server
    from rollcall.warehouse.errors import WarehouseError

    try:
        server.stop()
    except WarehouseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo("数据库已停止 · the database is stopped")


@app.command()
def status(as_json: AsJson = False) -> None:
    """数据库是否在运行、在哪里。Whether the database runs, and where. Exit code 3 when it does not."""
    facts = describe()
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
    elif facts["is_running"]:
        typer.echo(f"数据库运行中 · the database runs ({_place()}), {facts['n_bytes'] / 2**20:,.0f} MB")
    else:
        typer.echo("数据库未运行 · the database is not running")
    if not facts["is_running"]:
        raise typer.Exit(3)


def describe() -> dict:
    """Facts for `rollcall status`: is_running, is_embedded, port, n_bytes, revision (null where unknown)."""
    from rollcall.warehouse import server
    from rollcall.warehouse.connect import connect
    from rollcall.warehouse.errors import WarehouseError
    from rollcall.warehouse.settings import settings

    facts = {"is_running": server.running(), "is_embedded": settings().is_embedded}
    facts |= {"port": None, "n_bytes": None, "revision": None}
    if not facts["is_running"]:
        return facts
    facts["port"] = server.port() if settings().is_embedded else None
    try:
        with connect("owner", autocommit=True) as conn:
            facts["n_bytes"] = conn.execute("select pg_database_size(current_database())").fetchone()[0]
            facts["revision"] = conn.execute("select version_num from ops.alembic_version").fetchone()[0]
    except WarehouseError:
        facts["is_running"] = settings().is_embedded
    return facts


def _place() -> str:
    from rollcall.warehouse import server
    from rollcall.warehouse.settings import settings

    return f"127.0.0.1:{server.port()}" if settings().is_embedded else "ROLLCALL_DATABASE_URL"
