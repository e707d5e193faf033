"""The embedded Airflow: API server, scheduler with LocalExecutor and Dag processor, started and stopped as
one.
"""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

from rollcall.runtime.children import Child
from rollcall.runtime.config import PARALLELISM, environment, port_of_api, write_config
from rollcall.runtime.rest import Rest, RestError
from rollcall.warehouse.connect import connect
from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.settings import settings
from rollcall.warehouse.turn import turn

# No triggerer: nothing of ours defers.
COMPONENTS = {
    "api-server": ["airflow", "api-server"],
    "scheduler": ["rollcall.runtime.scheduler"],
    "dag-processor": ["airflow", "dag-processor"],
}
POOL = "warehouse"
_START_SECONDS = 180


def start(is_cancelled: Callable[[], bool] = lambda: False) -> bool:
    """Start Airflow unless it runs; the warehouse must be up and migrated.

    Returns True once the API answers and scheduler and Dag processor are at work, or as soon as
    `is_cancelled` says that nobody wants it any more; False if it ran already. Raises WarehouseError.
    """
    with _lock():
        if running():
            return False
        # A half of it, left by a killed command, is not worth finding out about.
        _stop()
        write_config()
        _migrate()
        for child in _children():
            child.start(COMPONENTS[child.name], environment())
        _wait_until_ready(is_cancelled)
        return True


def stop() -> None:
    """Stop everything `start` started, also when the command that started it is gone."""
    if settings().airflow.exists():
        with _lock():
            _stop()


def running() -> bool:
    """Whether all three processes live and the API answers."""
    return all(child.runs() for child in _children()) and bool(Rest(timeout=5).health())


def address() -> str:
    """Where a browser finds it."""
    return f"http://127.0.0.1:{port_of_api()}"


def wait_for_dags(dag_ids: set[str], seconds: float = 90) -> None:
    """Wait until Airflow has read these Dags. Raises WarehouseError naming the file that stands in the
    way.
    """
    rest = Rest()
    deadline = time.monotonic() + seconds
    while not dag_ids <= rest.dag_ids():
        errors = rest.import_errors()
        if errors or time.monotonic() > deadline:
            reason = errors[0] if errors else "the Dag processor is silent"
            raise WarehouseError(f"Airflow 未能读取 Dag：{reason}。", f"Airflow could not read the Dags: {reason}.")
        time.sleep(0.3)


def _children() -> list[Child]:
    return [Child(name, settings().airflow) for name in COMPONENTS]


def _stop() -> None:
    children = {child.name: child for child in _children()}
    # The API server last: tasks that are still running report to it.
    with ThreadPoolExecutor() as pool:
        stopping = [pool.submit(children[n].stop, seconds) for n, seconds in (("scheduler", 10), ("dag-processor", 5))]
    for one in stopping:
        one.result()
    children["api-server"].stop(5)


def _wait_until_ready(is_cancelled: Callable[[], bool]) -> None:
    rest = Rest(timeout=5)
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if is_cancelled():
            return
        for child in _children():
            if not child.runs():
                said = child.last_words()
                _stop()
                raise WarehouseError(
                    f"Airflow 的 {child.name} 启动失败：{said}",
                    f"The {child.name} of Airflow did not start: {said} (airflow/logs/{child.name}.log).",
                )
        health = rest.health()
        if all(health.get(name) == "healthy" for name in ("metadatabase", "scheduler", "dag_processor")):
            with contextlib.suppress(RestError):
                rest.ensure_pool(POOL, PARALLELISM, "Sessions of PostgreSQL that tasks may use at once")
                _warm_up(rest)
                return
        time.sleep(0.2)
    _stop()
    raise WarehouseError(
        "Airflow 三分钟内未就绪，详见 airflow/logs。",
        "Airflow was not ready within three minutes; see airflow/logs in ROLLCALL_HOME.",
    )


def _warm_up(rest: Rest) -> None:
    """The API server builds the tasks' interface at the first request of a task, 5 s: ask before a task has
    to.
    """
    threading.Thread(target=rest.knock, name="warm-up", daemon=True).start()


def _migrate() -> None:
    """Bring the metadata to this version of Airflow; asking Airflow itself takes 6 s, so it is asked only
    then.
    """
    marker = settings().airflow / "migrated"
    wanted = version("apache-airflow-core")
    with contextlib.suppress(FileNotFoundError, WarehouseError):
        if marker.read_text() == f"{wanted} {_revision()}":
            return
    log = settings().airflow / "logs" / "migrate.log"
    with open(log, "wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment(),
            check=False,
        )
    if done.returncode:
        raise WarehouseError(
            "Airflow 元数据库升级失败，详见 airflow/logs/migrate.log。",
            "The metadata of Airflow could not be migrated; see airflow/logs/migrate.log in ROLLCALL_HOME.",
        )
    marker.write_text(f"{wanted} {_revision()}")


def _revision() -> str | None:
    with connect("airflow") as conn:
        if conn.execute("select to_regclass('public.alembic_version')").fetchone()[0] is None:
            return None
        return conn.execute("select version_num from public.alembic_version").fetchone()[0]


def _lock() -> contextlib.AbstractContextManager[None]:
    """One command at a time starts or stops it."""
    return turn(
        settings().airflow / "airflow.lock",
        "另一个进程一直在启动或停止 Airflow。",
        "Another process has been starting or stopping Airflow for two minutes.",
    )
