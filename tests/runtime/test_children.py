"""Child processes: found again, ended with everything they started, never mistaken for a stranger."""

import json
import os
import subprocess
import sys
import time

import psutil
import pytest

from rollcall.runtime.children import Child

_PARENT = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, 1); time.sleep(60)"])
time.sleep(60)
"""


@pytest.fixture
def child(tmp_path):
    (tmp_path / "parent.py").write_text(_PARENT)
    child = Child("parent", tmp_path)
    yield child
    child.stop(0)


def start(child: Child) -> psutil.Process:
    child.start(["parent"], dict(os.environ, PYTHONPATH=str(child.folder)))
    process = psutil.Process(json.loads(child.pid_file.read_text())["pid"])
    deadline = time.monotonic() + 10
    while not process.children() and time.monotonic() < deadline:
        time.sleep(0.05)
    return process


def test_stopping_ends_grandchildren_that_do_not_listen(child):
    process = start(child)
    (grandchild,) = process.children()
    assert child.runs()
    child.stop(1)
    assert not child.runs() and not child.pid_file.exists()
    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE


def test_orphans_of_a_killed_child_are_found(child):
    process = start(child)
    (grandchild,) = process.children()
    process.kill()
    deadline = time.monotonic() + 10
    while child.runs() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not child.runs()
    assert grandchild.is_running()
    child.stop(1)
    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE


def test_a_stale_pid_file_names_nobody(child):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        child.pid_file.write_text(json.dumps({"pid": stranger.pid, "born": 1.0}))
        assert not child.runs()
        child.stop(1)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_nothing_recorded_is_nothing_to_stop(child):
    child.pid_file.write_text("not json")
    assert not child.runs()
    child.stop(1)
