"""Whoever waits for his turn is told so, and a holder that dies leaves nothing behind."""

import os
import signal
import subprocess
import sys

import pytest

from rollcall.runtime import airflow
from rollcall.warehouse import server, turn
from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.settings import settings

HOLD = """
import sys, time, pathlib
from rollcall.warehouse.turn import turn
with turn(pathlib.Path(sys.argv[1]), "", ""):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize(
    ("act", "place", "name"),
    [(server.start, "home", "database"), (airflow.stop, "airflow", "Airflow")],
)
def test_a_lock_held_too_long_is_told_and_one_whose_holder_died_is_free(tmp_path, monkeypatch, act, place, name):
    monkeypatch.setattr(turn, "_PATIENCE_SECONDS", 0.3)
    monkeypatch.setenv("ROLLCALL_HOME", str(tmp_path))
    folder = getattr(settings(), place)
    file = folder / ("airflow.lock" if place == "airflow" else "server.lock")
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(file)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(WarehouseError) as told:
            act()
        assert name in told.value.zh + told.value.en and "two minutes" in told.value.en
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.communicate()
    with turn.turn(file, "", ""):
        assert file.exists()
