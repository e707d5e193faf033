"""Production's Compose file: loopback only, secrets from files, healthy before used, nobody is root."""

import re
import shutil
import subprocess

import pytest
import yaml

from rollcall.warehouse.settings import REPO

COMPOSE = yaml.safe_load((REPO / "docker-compose.yml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer")


def test_all_of_airflow_is_there():
    assert set(SERVICES) == {"postgres", "migrate", *AIRFLOW}


def test_only_loopback_is_published():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published and all(port.startswith("127.0.0.1:") for port in published)


def test_services_restart_and_are_watched():
    for name in ("postgres", *AIRFLOW):
        assert SERVICES[name]["restart"] == "unless-stopped", name
        assert SERVICES[name]["healthcheck"]["test"], name


def test_ours_are_neither_root_nor_privileged():
    for name in ("migrate", *AIRFLOW):
        assert SERVICES[name]["user"] == "10001:10001"
        assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_airflow_waits_for_the_migration_and_that_for_the_database():
    assert SERVICES["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in AIRFLOW:
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_every_secret_is_a_file_and_every_service_uses_declared_ones():
    assert all(secret["file"].startswith("./secrets/") for secret in COMPOSE["secrets"].values())
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    made = (REPO / "docker" / "make-secrets").read_text("utf-8")
    assert all(name in made for name in used)


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


@pytest.mark.skipif(shutil.which("docker") is None, reason="Docker is not installed")
def test_compose_itself_accepts_it():
    done = subprocess.run(
        ["docker", "compose", "-f", str(REPO / "docker-compose.yml"), "config", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    if "is not a docker command" in done.stderr or "unknown shorthand" in done.stderr:
        pytest.skip("no Compose plugin")
    assert done.returncode == 0, done.stderr
