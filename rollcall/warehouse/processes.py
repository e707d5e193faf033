"""Which processes belong to a data directory: the truth that pid files only claim."""

import contextlib
import os
import time
from pathlib import Path

import psutil


def postmaster(data: Path) -> psutil.Process | None:
    """The living postmaster of `data`, or None if its pid file is absent, stale or names another process."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        _reap()
        process = psutil.Process(pid)
        return process if _serves(process, data) else None
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None


def server_processes(data: Path) -> list[psutil.Process]:
    """Every living process of the server on `data`, orphans of a killed postmaster included.

    All of them have the data directory as their working directory; zombies do not count.
    """
    _reap()
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if _serves(process, data):
                found.append(process)
    return found


def _serves(process: psutil.Process, data: Path) -> bool:
    if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
        return False
    try:
        return os.path.samefile(process.cwd(), data)
    except (psutil.AccessDenied, PermissionError):
        return False  # another user's server: not this one, or not ours to touch


def _reap() -> None:
    """Bury servers that this process started and that have died: a zombie would look alive to PostgreSQL."""
    for child in list(_started):
        if child.poll() is not None:
            _started.remove(child)


_started: list = []


def adopt(child) -> None:
    """Remember a `subprocess.Popen` of a server, to be buried when it ends."""
    _started.append(child)


def end(processes: list[psutil.Process], seconds: float = 10) -> bool:
    """Kill hard and wait; True when none is left."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    return gone(processes, seconds)


def gone(processes: list[psutil.Process], seconds: float) -> bool:
    """Wait until none of them runs; a zombie that only its parent can bury counts as gone."""
    deadline = time.monotonic() + seconds
    while any(_runs(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
        _reap()
    return True


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
