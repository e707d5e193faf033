"""Airflow is imported in processes of its own, so that its settings are not those of the test session."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rollcall.runtime.config import environment
from rollcall.warehouse.settings import REPO

READ = Path(__file__).with_name("read_dags.py")


@pytest.fixture(scope="session")
def read_dags(tmp_path_factory) -> Callable[..., dict]:
    """Read the Dag folder under the given environment; what tests.dags.read_dags prints."""
    airflow_home = tmp_path_factory.mktemp("airflow")

    def read(**variables: str) -> dict:
        env = environment() | {"AIRFLOW_HOME": str(airflow_home), "AIRFLOW_CONFIG": str(airflow_home / "cfg")}
        env |= {
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        } | variables
        done = subprocess.run(
            [sys.executable, str(READ), str(REPO / "dags")],
            capture_output=True,
            text=True,
            env={name: value for name, value in env.items() if value is not None},
            cwd=airflow_home,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    return read


@pytest.fixture(scope="session")
def dags(read_dags) -> dict:
    assert "ROLLCALL_CONTRACTS" not in os.environ
    return read_dags()
