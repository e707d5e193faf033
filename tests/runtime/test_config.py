"""Airflow's configuration: loopback only, telemetry off, secrets in files that only their owner reads."""

import configparser
import json
import socket
import stat

import pytest

from rollcall.runtime.config import config_file, environment, write_config
from rollcall.warehouse.ports import free_port
from rollcall.warehouse.settings import settings


@pytest.fixture
def config(warehouse) -> configparser.RawConfigParser:
    write_config()
    parser = configparser.RawConfigParser()
    parser.read(config_file())
    return parser


def test_everything_listens_on_loopback(config):
    assert config["api"]["host"] == "127.0.0.1"
    assert config["api"]["base_url"].startswith("http://127.0.0.1:")
    assert "@127.0.0.1:" in config["database"]["sql_alchemy_conn"]


def test_telemetry_is_off(config):
    assert config["usage_data_collection"]["enabled"] == "False"
    assert environment()["DO_NOT_TRACK"] == "1"


def test_secrets_are_private_and_in_no_environment(config):
    logins = config["core"]["simple_auth_manager_passwords_file"]
    for path in (config_file(), settings().secrets / "airflow_logins.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with open(logins) as file:
        password = json.load(file)["admin"]
    secrets = [password, config["core"]["fernet_key"], config["api_auth"]["jwt_secret"]]
    secrets.append(config["database"]["sql_alchemy_conn"].split(":")[2].split("@")[0])
    assert all(len(secret) >= 32 for secret in secrets)
    told = "\n".join(environment().values())
    assert not [secret for secret in secrets if secret in told]


def test_an_inherited_setting_does_not_win(monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "True")
    assert "AIRFLOW__CORE__LOAD_EXAMPLES" not in environment()


def test_a_busy_port_is_given_up_for_another(tmp_path):
    kept = tmp_path / "port"
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        busy = holder.getsockname()[1]
        kept.write_text(str(busy))
        found = free_port(kept)
    assert found != busy
    assert free_port(kept) == found
