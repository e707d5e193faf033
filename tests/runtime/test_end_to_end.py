"""The whole main job on a small municipality, through the real scheduler: `rollcall run`, and once more.

The first time with every look-up and connection beyond this machine refused and recorded.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from rollcall.runtime.feeds import feeds
from rollcall.runtime.scored import BARS
from tests.privacy.offline import Watched, watch

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ARGUMENTS = ["--scale", "0.0005", "--weeks", "1", "--seed", "1"]
_FACTS = """
import json
from rollcall.warehouse import server
from rollcall.warehouse.connect import connect, connect_admin
server.start()
counts = {}
with connect_admin(database="rollcall") as conn:
    tables = conn.execute(
        "select schemaname || '.' || tablename from pg_tables where schemaname in ('history', 'marts', 'identity')"
    ).fetchall()
    for (table,) in tables:
        counts[table] = conn.execute(f"select count(*) from {table}").fetchone()[0]
    verdicts = dict(conn.execute("select verdict, count(*) from ops.delivery group by 1").fetchall())
    n_stage = conn.execute("select count(*) from pg_tables where schemaname = 'stage'").fetchone()[0]
with connect("airflow") as conn:
    states = dict(conn.execute("select state, count(*) from public.dag_run group by 1").fetchall())
    events = conn.execute("select distinct extra ->> 'business_date' from public.asset_event").fetchall()
    tries = conn.execute("select max(try_number) from public.task_instance").fetchone()[0]
server.stop()
print(json.dumps({"counts": counts, "verdicts": verdicts, "n_stage": n_stage, "states": states,
    "events": sorted(day for (day,) in events if day), "tries": tries}))
"""


@dataclass(frozen=True)
class Job:
    home: Path
    output: str
    watched: Watched
    seconds: float
    facts: dict
    again_seconds: float
    again_facts: dict
    again_told: str


@pytest.fixture(scope="module")
def job() -> Iterator[Job]:
    home = Path(tempfile.mkdtemp(prefix="rollcall-job-"))
    env = os.environ | {"ROLLCALL_HOME": str(home), "ROLLCALL_SHARED_BUFFERS": "128MB", "COLUMNS": "110"}

    def rollcall(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "rollcall", *arguments]

    def facts() -> dict:
        command = [sys.executable, "-c", _FACTS]
        told = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
        return json.loads(told.stdout)

    try:
        begins = time.monotonic()
        with tempfile.TemporaryFile("w+") as output:
            watched = watch(rollcall("run", *ARGUMENTS), env, 800, output)
            output.seek(0)
            told = output.read()
        seconds = time.monotonic() - begins
        assert watched.code == 0, told[-6000:]
        found = facts()
        begins = time.monotonic()
        again = subprocess.run(
            rollcall("run", *ARGUMENTS, "--json"), capture_output=True, text=True, env=env, check=False
        )
        again_seconds = time.monotonic() - begins
        assert again.returncode == 0, again.stdout[-4000:] + again.stderr[-2000:]
        yield Job(home, told, watched, seconds, found, again_seconds, facts(), again.stdout)
    finally:
        subprocess.run(rollcall("down"), env=env, capture_output=True, check=False)
        shutil.rmtree(home, ignore_errors=True)


def test_everything_sent_is_decided(job):
    assert set(job.facts["verdicts"]) <= {"accepted", "refused", "duplicate"}
    assert job.facts["verdicts"]["accepted"] > 100
    # Of what was sent, only the file that is still being uploaded is left.
    assert all("_uploading" in path.name for path in job.home.glob("inbox/*/*/*"))
    assert job.facts["n_stage"] == 0


def test_every_dag_ran_and_none_had_to_be_tried_twice(job):
    assert set(job.facts["states"]) == {"success"}
    assert job.facts["states"]["success"] > len(feeds())
    assert job.facts["tries"] == 1


def test_nothing_was_asked_beyond_this_machine(job):
    assert job.watched.attempts == []
    # Tasks are forked from the scheduler, and are watched with it.
    for component in ("rollcall run", "rollcall.runtime.scheduler", "airflow api-server", "airflow dag-processor"):
        assert any(component in line for line in job.watched.processes), component


def test_asset_events_carry_business_dates(job):
    assert "2019-09-02" in job.facts["events"]


def test_the_last_screen_says_what_was_found_and_where_to_look(job):
    for words in ("Municipal monitor", "Score against the planted truth", "Where the time went", "make serve"):
        assert words in job.output


def test_no_unaccounted_child_is_called_in_school(job):
    for name, (zh, en, limit) in BARS.items():
        (line,) = [line for line in job.output.splitlines() if f"{zh} {en}" in line]
        assert int(line.split("│")[2]) <= limit, name


def test_a_second_run_is_quick_and_nothing_doubles(job):
    assert job.again_facts["counts"] == job.facts["counts"]
    assert job.again_facts["verdicts"] == job.facts["verdicts"]
    assert job.again_seconds < job.seconds / 2


def test_for_a_script_it_tells_one_json_object(job):
    told = json.loads(job.again_told)
    assert told["failed"] == [] and 0 < told["seconds"] <= job.again_seconds and told["steps"]


def test_nothing_is_left_running(job):
    left = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or [])
        if str(job.home) in line and process.info["status"] != psutil.STATUS_ZOMBIE:
            left.append(line)
    assert left == []
    assert not list(job.home.glob("airflow/*.pid"))


def test_no_secret_is_in_a_log(job):
    secrets = [path.read_text().strip() for path in (job.home / "secrets").glob("*.password")]
    secrets += [path.read_text().strip() for path in (job.home / "secrets").glob("*.key")]
    logs = [path for path in job.home.rglob("*.log")]
    assert secrets and logs
    for path in logs:
        text = path.read_text("utf-8", "replace")
        assert not [1 for secret in secrets if secret in text], path.name
