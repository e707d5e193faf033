"""Processes that outlive the command that started them: recorded in pid files, found again, ended
completely.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Child:
    """A process we started: it leads a session of its own, so that everything it starts can be found by
    that.
    """

    name: str
    folder: Path

    @property
    def pid_file(self) -> Path:
        return self.folder / f"{self.name}.pid"

    @property
    def log_file(self) -> Path:
        return self.folder / "logs" / f"{self.name}.log"

    def start(self, arguments: list[str], environment: dict[str, str]) -> None:
        """Start `python -m <arguments>`; output goes to logs/<name>.log, which starts anew each time."""
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log_file, "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=self.folder,
                start_new_session=True,
            )
        _started.append(process)
        born = psutil.Process(process.pid).create_time()
        draft = self.pid_file.with_suffix(".draft")
        draft.write_text(json.dumps({"pid": process.pid, "born": born}))
        draft.replace(self.pid_file)

    def runs(self) -> bool:
        """Whether the process of the pid file lives; a pid that now names somebody else does not count."""
        _bury()
        record = self._record()
        if record is None:
            return False
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(record["pid"])
            return abs(process.create_time() - record["born"]) < 1 and process.status() != psutil.STATUS_ZOMBIE
        return False

    def stop(self, seconds: float) -> None:
        """Ask it to end, wait, then end whatever of its session is left. Quiet when there is nothing."""
        record = self._record()
        if record is None:
            return
        members = self._session(record)
        if self.runs():
            _signal(record["pid"], signal.SIGTERM)
            _wait(members, seconds)
        members = self._session(record)
        for process in members:
            _signal(process.pid, signal.SIGKILL)
        _wait(members, 10)
        _bury()
        self.pid_file.unlink(missing_ok=True)

    def last_words(self) -> str:
        """The last line of its log that says anything, for a message to a person."""
        with contextlib.suppress(OSError):
            lines = [line.strip() for line in self.log_file.read_text("utf-8", "replace").splitlines()]
            return next((line for line in reversed(lines) if line), "")
        return ""

    def _record(self) -> dict | None:
        with contextlib.suppress(OSError, ValueError):
            return json.loads(self.pid_file.read_text())
        return None

    def _session(self, record: dict) -> list[psutil.Process]:
        """Living members of the session. While one lives the kernel gives its number to nobody else."""
        found = []
        for process in psutil.process_iter(["status"]):
            with contextlib.suppress(psutil.Error, OSError):
                if process.info["status"] == psutil.STATUS_ZOMBIE or os.getsid(process.pid) != record["pid"]:
                    continue
                if process.create_time() < record["born"] - 1:
                    continue
                if process.pid == record["pid"] and abs(process.create_time() - record["born"]) >= 1:
                    return []
                found.append(process)
        return found


_started: list[subprocess.Popen] = []


def _bury() -> None:
    for process in list(_started):
        if process.poll() is not None:
            # Several are stopped at once, and each of their threads buries whatever it finds.
            with contextlib.suppress(ValueError):
                _started.remove(process)


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _wait(processes: list[psutil.Process], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        _bury()
        if not any(_lives(process) for process in processes):
            return
        time.sleep(0.05)


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
