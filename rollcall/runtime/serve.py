"""`make serve`: everything up until Ctrl-C."""

import signal
import threading

from rich.console import Console

from rollcall.runtime import airflow
from rollcall.runtime.config import PASSWORD, USER
from rollcall.runtime.feeds import feeds
from rollcall.runtime.reading import psql
from rollcall.runtime.rest import Rest
from rollcall.runtime.run import PUBLISH
from rollcall.warehouse import server
from rollcall.warehouse.migrate import migrate
from rollcall.warehouse.settings import settings


def serve_until_stopped() -> None:
    """Start database and Airflow, switch every Dag on, say where they are; stop what was started on
    Ctrl-C.
    """
    console = Console()
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    has_server = not server.running()
    has_airflow = False
    try:
        with console.status("启动 · starting"):
            server.start()
            migrate()
            has_airflow = airflow.start(is_cancelled=over.is_set)
            dag_ids = {feed.dag_id for feed in feeds()} | {PUBLISH}
            if not over.is_set():
                airflow.wait_for_dags(dag_ids)
                rest = Rest()
                for dag_id in dag_ids:
                    rest.pause(dag_id, False)
        if not over.is_set():
            _say(console)
        while not over.wait(5):
            if not airflow.running() or not server.running():
                console.print("[red]有进程意外退出，正在停止 · a process has died, stopping")
                break
    finally:
        console.print("\n正在停止 · stopping")
        if has_airflow:
            airflow.stop()
        if has_server:
            server.stop()


def _say(console: Console) -> None:
    here = settings()
    console.print(f"Airflow     {airflow.address()}   用户 user {USER}")
    console.print(f"            密码在文件 password in {here.secrets / PASSWORD}")
    if here.is_embedded:
        console.print(f"PostgreSQL  127.0.0.1:{server.port()}/rollcall   用户 user rollcall_analyst")
        console.print(f"            密码在文件 password in {here.secrets / 'rollcall_analyst.password'}")
        console.print("查询 to query (psql):")
        console.print(psql(), soft_wrap=True, markup=False, highlight=False)
    console.print(f"收件箱 inbox  {here.inbox}")
    console.print("Ctrl-C 停止 · Ctrl-C stops everything")
