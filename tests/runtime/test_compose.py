"""Production's Compose file: loopback only, secrets from files, healthy before used, nobody is root."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml

from rollcall.alerts.digest import ADDRESSES, recipients
from rollcall.warehouse.settings import REPO

COMPOSE = yaml.safe_load((REPO / "docker-compose.yml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
AIRFLOW = ("api-server", "scheduler", "dag-processor")


def test_all_of_airflow_is_there():
    assert set(SERVICES) == {"postgres", "own", "migrate", *AIRFLOW}
    # Nobody has to switch the Dags on.
    assert SERVICES["scheduler"]["environment"]["AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"] == "False"


def test_parallelism_and_lanes_reach_all_that_they_name(tmp_path):
    for name in ("migrate", *AIRFLOW):
        environment = SERVICES[name]["environment"]
        assert environment["ROLLCALL_PARALLELISM"] == environment["AIRFLOW__CORE__PARALLELISM"]
        assert environment["ROLLCALL_LANES"] == "${ROLLCALL_LANES:-2}"
    # The pool has as many slots: the script itself, with programs that note how they are called.
    for program in ("airflow", "rollcall", "install"):
        (tmp_path / program).write_text(f'#!/bin/sh\necho {program} "$@" >> "{tmp_path}/called"\n')
        (tmp_path / program).chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    env = {"PATH": path, "AIRFLOW_HOME": str(tmp_path), "ROLLCALL_PARALLELISM": "7"}
    subprocess.run([REPO / "docker" / "migrate"], env=env, check=True)
    assert "airflow pools set warehouse 7 " in (tmp_path / "called").read_text()


def test_only_loopback_is_published():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published and all(port.startswith("127.0.0.1:") for port in published)


def test_services_restart_and_are_watched():
    for name in ("postgres", *AIRFLOW):
        assert SERVICES[name]["restart"] == "unless-stopped", name
        assert SERVICES[name]["healthcheck"]["test"], name


def test_ours_are_neither_root_nor_privileged():
    for name in ("migrate", *AIRFLOW):
        assert SERVICES[name]["user"] == "${ROLLCALL_UID:-10001}:${ROLLCALL_GID:-10001}"
        assert SERVICES[name]["cap_drop"] == ["ALL"]
    # The one that is root makes a volume over, and sees neither network nor secrets.
    own = SERVICES["own"]
    assert (own["user"], own["network_mode"], own["cap_drop"]) == ("0:0", "none", ["ALL"])
    assert "secrets" not in own and own["volumes"] == ["state:/var/lib/rollcall"]


def test_airflow_waits_for_the_migration_and_that_for_the_database():
    assert SERVICES["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert SERVICES["migrate"]["depends_on"]["own"]["condition"] == "service_completed_successfully"
    # The database that ROLLCALL_DATABASE_URL names: `rollcall up` makes everything in it, but not itself.
    address = SERVICES["migrate"]["environment"]["ROLLCALL_DATABASE_URL"]
    assert address.rsplit("/", 1)[1] == SERVICES["postgres"]["environment"]["POSTGRES_DB"]
    for name in AIRFLOW:
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_every_secret_is_a_file_and_every_service_uses_declared_ones():
    assert all(secret["file"].startswith("./secrets/") for secret in COMPOSE["secrets"].values())
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])


def test_no_password_stands_in_the_environment():
    for service in SERVICES.values():
        for name, value in (service.get("environment") or {}).items():
            if any(word in name for word in ("PASSWORD", "SECRET", "FERNET", "ALCHEMY_CONN")):
                assert name.endswith(("_FILE", "_CMD", "ROLLCALL_SECRETS")), name
            # An address may name a user, never a password.
            assert not re.search(r"://[^/]*:[^/]*@", str(value)), name


def test_state_outlives_its_containers():
    assert {"warehouse", "state"} <= set(COMPOSE["volumes"])
    assert SERVICES["postgres"]["volumes"] == ["warehouse:/var/lib/postgresql"]


def test_the_image_holds_the_lock_file_and_the_project_only():
    lines = (REPO / "docker" / "Dockerfile").read_text("utf-8").splitlines()
    steps = [line.split()[0] for line in lines if line and line[0].isupper()]
    assert steps.count("FROM") == 1 and "ADD" not in steps
    text = "\n".join(lines)
    assert "--require-hashes" in text and "USER rollcall" in text
    assert not any(word in text for word in ("apt-get", "curl", "wget", "http://", "https://"))


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A copy of the files that `docker/make-secrets` works on, owned by an ordinary user, and open to it."""
    shutil.copytree(REPO / "docker", tmp_path / "docker")
    if os.geteuid() == 0:
        for place in [tmp_path, *tmp_path.rglob("*")]:
            os.chown(place, 65534, 65534)
        for place in list(tmp_path.parents)[:3]:
            place.chmod(place.stat().st_mode | 0o111)
    return tmp_path


def make_secrets(checkout: Path, **as_user) -> None:
    done = subprocess.run(["docker/make-secrets"], cwd=checkout, capture_output=True, text=True, check=False, **as_user)
    assert done.returncode == 0, done.stderr


def test_an_ordinary_user_makes_secrets_that_the_containers_can_read(checkout):
    ordinary = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    make_secrets(checkout, **ordinary)
    wanted = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    files = {path.name: path for path in (checkout / "secrets").iterdir()}
    assert wanted <= set(files)
    owners = {path.stat().st_uid for path in files.values()} | {(checkout / "inbox").stat().st_uid}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    # Who owns them is who the containers run as.
    said = dict(line.split("=") for line in (checkout / ".env").read_text().split())
    assert owners == {int(said["ROLLCALL_UID"])} == {65534 if ordinary else os.geteuid()}
    assert json.loads(files["airflow_logins.json"].read_text())["admin"] == files["airflow_admin.password"].read_text()
    before = {name: path.read_bytes() for name, path in files.items()}, (checkout / ".env").read_text()
    make_secrets(checkout, **ordinary)
    assert before == ({name: path.read_bytes() for name, path in files.items()}, (checkout / ".env").read_text())


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_root_makes_secrets_over_to_a_user_of_their_own(checkout):
    make_secrets(checkout)
    assert {path.stat().st_uid for path in (checkout / "secrets").iterdir()} == {10001}
    assert "ROLLCALL_UID=10001" in (checkout / ".env").read_text()


def test_the_backup_asks_for_no_password(checkout):
    make_secrets(checkout)
    postgres = SERVICES["postgres"]
    assert postgres["environment"]["PGPASSFILE"] == "/run/secrets/postgres.pgpass"
    assert "postgres.pgpass" in postgres["secrets"]
    password = (checkout / "secrets" / "postgres.password").read_text()
    assert (checkout / "secrets" / "postgres.pgpass").read_text() == f"*:*:*:postgres:{password}\n"


def test_the_tasks_find_the_addresses_of_the_alerts(checkout, monkeypatch):
    make_secrets(checkout)
    scheduler = SERVICES["scheduler"]
    assert scheduler["environment"]["ROLLCALL_SECRETS"] == "/run/secrets" and ADDRESSES in scheduler["secrets"]
    # What is mounted there: no address as it is made, then whatever is written into it.
    monkeypatch.setenv("ROLLCALL_SECRETS", str(checkout / "secrets"))
    assert recipients() == {}
    with open(checkout / "secrets" / ADDRESSES, "a") as file:
        file.write("ROLLCALL_ALERT_URL_MUNICIPALITY=wecombot://key\n")
    assert recipients() == {"municipality": "wecombot://key"}


@pytest.mark.parametrize(("status", "code"), [("healthy", 0), ("unhealthy", 1), (None, 1)])
def test_health_is_what_airflow_says_of_the_part(tmp_path, status, code):
    class Api(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"scheduler": status and {"status": status}}).encode())

        def log_message(self, *_):
            pass

    script = (REPO / "docker" / "healthy").read_text()
    assert "http://api-server:8080" in script
    with HTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = tmp_path / "healthy"
        here.write_text(script.replace("api-server:8080", f"127.0.0.1:{server.server_port}"))
        done = subprocess.run([sys.executable, here, "scheduler"], check=False)
        server.shutdown()
    assert done.returncode == code


@pytest.mark.parametrize("command", [["docker", "compose"], ["docker-compose"]])
def test_compose_itself_accepts_it(command, tmp_path):
    if shutil.which(command[0]) is None or subprocess.run([*command, "version"], capture_output=True).returncode:
        pytest.skip(f"no {' '.join(command)}")
    text = (REPO / "docker-compose.yml").read_text("utf-8")
    if command == ["docker-compose"]:
        text = text.replace("\nname: rollcall\n", "\n")  # version 1, which Debian has, does not know it
    (tmp_path / "docker-compose.yml").write_text(text)
    done = subprocess.run([*command, "config", "-q"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
