"""Ctrl-C at a bad moment, and `rollcall serve`: what was started is stopped, and nothing else is left of it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from rollcall.runtime.rest import Rest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="rollcall-stop-"))
    yield place
    subprocess.run([sys.executable, "-m", "rollcall", "down"], env=environment(place), capture_output=True, check=False)
    shutil.rmtree(place, ignore_errors=True)


def environment(place: Path) -> dict[str, str]:
    return os.environ | {"ROLLCALL_HOME": str(place), "ROLLCALL_SHARED_BUFFERS": "128MB", "COLUMNS": "200"}


def start(place: Path, *arguments: str) -> subprocess.Popen:
    with open(place / "output", "w") as output:
        command = [sys.executable, "-m", "rollcall", *arguments]
        return subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment(place))


def wait_until(holds: Callable[[], bool], process: subprocess.Popen, place: Path) -> None:
    deadline = time.monotonic() + 240
    while not holds():
        assert process.poll() is None and time.monotonic() < deadline, (place / "output").read_text()
        time.sleep(0.1)


def left_running(place: Path) -> list[str]:
    lines = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or [])
        if str(place) in line and process.info["status"] != psutil.STATUS_ZOMBIE:
            lines.append(line)
    return lines


def test_an_interrupted_run_stops_what_it_started(place):
    """While the files are simulated, and Airflow is just being started beside that."""
    process = start(place, "run", "--scale", "0.0005", "--weeks", "0")
    wait_until(lambda: (place / "airflow" / "airflow.cfg").exists(), process, place)
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 130
    said = (place / "output").read_text()
    assert "interrupted" in said and "Traceback" not in said
    assert left_running(place) == [] and not list(place.glob("airflow/*.pid"))


def test_an_interrupt_that_was_swallowed_comes_again():
    script = """
import os, signal, time
from rollcall.runtime.run import heard, hear_interrupts
hear_interrupts()
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
except KeyboardInterrupt:
    pass  # as the interpreter does in a callback of its own
try:
    time.sleep(60)
except KeyboardInterrupt:
    heard()
time.sleep(3)
print("heard")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=50, check=True)
    assert done.stdout == "heard\n" and not done.stderr


def test_serve_says_where_everything_is_and_stops_on_ctrl_c(place, monkeypatch):
    process = start(place, "serve")
    said = (place / "output").read_text
    wait_until(lambda: "Ctrl-C" in said(), process, place)
    monkeypatch.setenv("ROLLCALL_HOME", str(place))
    words = said().split()
    (airflow,) = [word for word in words if word.startswith("http://127.0.0.1:")]
    # The address and the log-in that it prints are those that open it.
    assert str(place / "secrets" / "airflow_admin.password") in words
    rest = Rest(port=int(airflow.rsplit(":", 1)[1]))
    assert "publish_marts" in rest.dag_ids() and not rest.import_errors()
    (address,) = [word for word in words if word.endswith("/rollcall") and word.startswith("127.0.0.1:")]
    user, file = "rollcall_analyst", next(word for word in words if word.endswith("rollcall_analyst.password"))
    assert user in words
    password = Path(file).read_text().strip()
    with psycopg.connect(f"postgresql://{user}:{password}@{address}") as conn:
        assert conn.execute("select current_user").fetchone() == (user,)
    secrets = {path.read_text().strip() for path in (place / "secrets").iterdir()}
    lines = [" ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])]
    assert len(secrets) > 4 and sum("airflow" in line for line in lines) > 2
    assert not [1 for line in lines for secret in secrets if secret in line], "a secret in the list of processes"
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 0
    assert "Traceback" not in said()
    assert left_running(place) == [] and not list(place.glob("airflow/*.pid"))
