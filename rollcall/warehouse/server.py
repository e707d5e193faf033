"""The embedded PostgreSQL: started, stopped, killed. On loopback only, and never without a password."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from rollcall.warehouse.cluster import as_server_user, binaries, configure, ensure_cluster, server_environment
from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.ports import free_port
from rollcall.warehouse.processes import adopt, end, gone, postmaster, server_processes
from rollcall.warehouse.settings import settings
from rollcall.warehouse.turn import turn

_START_SECONDS = 120
_STOP_SECONDS = 60


def start() -> None:
    """Start the embedded server unless it runs; safe when two processes call it at once.

    Recovers from a server that was killed. Nothing to do in production. Raises WarehouseError.
    """
    if not settings().is_embedded:
        return
    with _lock():
        data = ensure_cluster()
        if postmaster(data):
            _wait_until_ready(data, None)
            return
        _clear_remains(data)
        for attempt in (1, 2, 3):
            port = free_port(_port_file())
            configure(data, port)
            if _launch(data, port, is_last=attempt == 3):
                return


def stop() -> None:
    """Stop the embedded server at once, losing nothing committed; quiet if it is not running."""
    if not settings().is_embedded or not settings().postgres.exists():
        return
    with _lock():
        data = _data()
        main = postmaster(data)
        everyone = server_processes(data)
        if main:
            _signal(main.pid, signal.SIGINT)
        if not gone(everyone, _STOP_SECONDS):
            end(everyone)


def running() -> bool:
    """Whether the server is there: the embedded one by its process, production's by a connection."""
    if settings().is_embedded:
        return postmaster(_data()) is not None
    from rollcall.warehouse.connect import connect

    try:
        connect("pipeline").close()
    except WarehouseError:
        return False
    return True


def kill9() -> None:
    """Kill the postmaster and then all its children, as a power cut would. For fault tests."""
    data = _data()
    main = postmaster(data)
    if main:
        _signal(main.pid, signal.SIGKILL)
    if not end(server_processes(data) + ([main] if main else [])):
        raise WarehouseError("数据库进程无法结束。", "A process of the database could not be killed.")


def port() -> int:
    """TCP port on 127.0.0.1. Raises WarehouseError if the server has never been started."""
    try:
        return int(_port_file().read_text())
    except (FileNotFoundError, ValueError):
        raise not_running() from None


def not_running() -> WarehouseError:
    """What to say when nobody answers."""
    return WarehouseError(
        "数据库未启动，请先执行 rollcall up。", "The database is not running: start it with `rollcall up`."
    )


def _data() -> Path:
    return settings().postgres / "data"


def _port_file() -> Path:
    return settings().postgres / "rollcall.port"


def _log_file() -> Path:
    return settings().postgres / "server.log"


def _lock() -> contextlib.AbstractContextManager[None]:
    """One process at a time starts or stops it."""
    # Not in the data directory: where that lies is decided under the lock.
    return turn(
        settings().home / "server.lock",
        "另一个进程一直在启动或停止数据库。",
        "Another process has been starting or stopping the database for two minutes.",
    )


def _clear_remains(data: Path) -> None:
    """After a killed postmaster: its children still run and hold memory, its pid file may name a stranger."""
    if not end(server_processes(data)):
        raise WarehouseError(
            "旧的数据库进程无法结束。", "A process left by an earlier database server cannot be killed."
        )
    (data / "postmaster.pid").unlink(missing_ok=True)


def _launch(data: Path, port: int, is_last: bool) -> bool:
    """Start the postmaster in a session of its own; False if it is to be tried again."""
    with open(_log_file(), "ab") as log:
        begins = log.tell()
        child = subprocess.Popen(
            [binaries() / "postgres", "-D", data],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=server_environment(),
            cwd=data.parent,
            start_new_session=True,
            **as_server_user(),
        )
    adopt(child)
    try:
        _wait_until_ready(data, child)
        return True
    except ChildProcessError:
        said = _log_file().read_bytes()[begins:].decode("utf-8", "replace")
    if is_last:
        raise _why(said)
    if "could not bind" in said:  # the port was taken in between
        _port_file().unlink(missing_ok=True)
        return False
    # Killed while an unlogged table was being given up, PostgreSQL starts at the second attempt (its bug 17731).
    if "could not create file" in said and "File exists" in said:
        return False
    raise _why(said)


def _wait_until_ready(data: Path, child: subprocess.Popen | None) -> None:
    """Wait for "ready" in the pid file. Raises ChildProcessError when the server died meanwhile."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError):
            lines = (data / "postmaster.pid").read_text().splitlines()
            mine = child is None or lines[:1] == [str(child.pid)]
            if mine and len(lines) >= 8 and lines[7].strip() == "ready":
                return
        if child is not None and child.poll() is not None:
            raise ChildProcessError
        if child is None and postmaster(data) is None:
            raise _why(_log_file().read_text("utf-8", "replace"))
        time.sleep(0.02)
    raise WarehouseError(
        "数据库两分钟内未就绪，详见 server.log。",
        "The database was not ready within two minutes; see postgres/server.log in ROLLCALL_HOME.",
    )


def _why(said: str) -> WarehouseError:
    if "No space left on device" in said:
        return WarehouseError("磁盘已满，数据库未启动。", "The disk is full, so the database did not start: make room.")
    last = next((x for x in reversed(said.splitlines()) if "FATAL" in x or "PANIC" in x or "ERROR" in x), "")
    reason = last.split(": ", 1)[-1].strip() or "no reason given"
    return WarehouseError(
        f"数据库未启动：{reason}",
        f"The database did not start: {reason} (postgres/server.log in ROLLCALL_HOME).",
    )


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
    except PermissionError:
        raise WarehouseError(
            "数据库由另一个系统用户启动。",
            "The database was started by another system user, who must stop it.",
        ) from None
