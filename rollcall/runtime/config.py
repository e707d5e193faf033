"""Writes the configuration of the embedded Airflow: one file, mode 0600, under ROLLCALL_HOME/airflow."""

import base64
import configparser
import json
import os
from pathlib import Path

from rollcall.telemetry import SWITCHES
from rollcall.warehouse.connect import url
from rollcall.warehouse.ports import free_port
from rollcall.warehouse.secrets import secret
from rollcall.warehouse.settings import settings

USER = "admin"
PASSWORD = "airflow_admin.password"
PARALLELISM = 3


def write_config() -> int:
    """Write airflow.cfg, the login file and the local settings; return the port of the API on 127.0.0.1."""
    home = settings().airflow
    (home / "logs").mkdir(parents=True, exist_ok=True)
    port = free_port(home / "api.port")
    _write_private(_login_file(), json.dumps({USER: secret(PASSWORD)}) + "\n")
    parser = configparser.RawConfigParser()
    for section, options in _sections(home, port).items():
        parser[section] = options
    with _private(config_file()) as file:
        parser.write(file)
    return port


def environment() -> dict[str, str]:
    """Environment of a process of the embedded Airflow; holds no secret, those are in airflow.cfg."""
    here = settings()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW__")}
    paths = [str(here.repo), *filter(None, [kept.get("PYTHONPATH")])]
    return {
        **kept,
        **SWITCHES,
        "AIRFLOW_HOME": str(here.airflow),
        "AIRFLOW_CONFIG": str(config_file()),
        "ROLLCALL_HOME": str(here.home),
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUNBUFFERED": "1",
        "NO_COLOR": "1",
        # Threads do not survive a fork; a pool of them in the parent of the workers could only do harm.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def config_file() -> Path:
    return settings().airflow / "airflow.cfg"


def port_of_api() -> int | None:
    """Port chosen by the last start, or None before the first."""
    try:
        return int((settings().airflow / "api.port").read_text())
    except (FileNotFoundError, ValueError):
        return None


def _sections(home: Path, port: int) -> dict[str, dict[str, str]]:
    root = f"http://127.0.0.1:{port}"
    return {
        "core": {
            "dags_folder": str(settings().repo / "dags"),
            "plugins_folder": str(home / "plugins"),
            "load_examples": "False",
            "executor": "LocalExecutor",
            "mp_start_method": "fork",
            "parallelism": str(PARALLELISM),
            "max_active_runs_per_dag": "1",
            "default_timezone": "Asia/Shanghai",
            "dags_are_paused_at_creation": "True",
            "execution_api_server_url": f"{root}/execution/",
            "fernet_key": base64.urlsafe_b64encode(bytes.fromhex(secret("airflow_fernet.key"))).decode(),
            "simple_auth_manager_users": f"{USER}:admin",
            "simple_auth_manager_passwords_file": str(_login_file()),
        },
        "database": {
            "sql_alchemy_conn": url("airflow", "postgresql+psycopg2"),
            "sql_alchemy_pool_size": "3",
            "load_default_connections": "False",
        },
        "logging": {
            "base_log_folder": str(home / "logs"),
            "dag_processor_child_process_log_directory": str(home / "logs" / "dag_processor"),
            "colored_console_log": "False",
        },
        "api": {
            "host": "127.0.0.1",
            "port": str(port),
            "base_url": root,
            "workers": "1",
            "worker_timeout": "30",
            "secret_key": secret("airflow_session.key"),
            "expose_config": "False",
        },
        "api_auth": {"jwt_secret": secret("airflow_jwt.key"), "jwt_issuer": "rollcall"},
        "scheduler": {
            "scheduler_idle_sleep_time": "0.5",
            "scheduler_heartbeat_sec": "2",
            "enable_health_check": "False",
            "catchup_by_default": "False",
        },
        "dag_processor": {
            # Dags change with a deployment, not by the minute.
            "refresh_interval": "300",
            "min_file_process_interval": "300",
            "parsing_processes": "1",
        },
        # A supervisor that misses the last breath of its task looks again only after this many seconds (5
        # unless told), and its worker takes nothing new meanwhile.
        "workers": {"min_heartbeat_interval": "1"},
        "usage_data_collection": {"enabled": "False"},
    }


def _login_file() -> Path:
    return settings().secrets / "airflow_logins.json"


def _private(path: Path):
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(handle, 0o600)
    return os.fdopen(handle, "w", encoding="utf-8")


def _write_private(path: Path, text: str) -> None:
    with _private(path) as file:
        file.write(text)
