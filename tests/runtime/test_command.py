"""The `rollcall` command as a whole."""

import json
import os
import resource
import subprocess
import sys
from datetime import date

import pytest
from typer.testing import CliRunner

from rollcall.cli.main import app, plain
from rollcall.simulate.run import simulate
from rollcall.warehouse import server
from rollcall.warehouse.errors import WarehouseError

WANTED = [
    "run",
    "serve",
    "up",
    "down",
    "status",
    "simulate",
    "score",
    "ingest",
    "replay",
    "publish",
    "report",
    "contracts",
]


def test_help_names_every_command_and_costs_little():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "rollcall", "--help"], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert all(f" {name} " in done.stdout for name in WANTED)
    # Processor time, not the clock: other work on the machine must not fail this.
    assert after.ru_utime - before.ru_utime < 0.8


@pytest.mark.parametrize("name", [*WANTED[:-1]])
def test_each_command_explains_itself_in_both_languages(name):
    done = CliRunner().invoke(app, [name, "--help"])
    assert done.exit_code == 0
    assert any("\u4e00" <= letter <= "\u9fff" for letter in done.output)


def test_an_error_is_one_plain_sentence_without_data():
    assert plain(WarehouseError("坏了", "Broken.")) == "坏了\nBroken."
    try:
        raise ValueError("张三 500901201001010011")
    except ValueError as error:
        told = plain(error)
    assert "ValueError" in told and "5009" not in told and "张三" not in told


def test_a_command_without_a_database_says_what_to_do(tmp_path):
    env = {name: value for name, value in os.environ.items() if name != "ROLLCALL_HOME"}
    done = subprocess.run(
        [sys.executable, "-m", "rollcall", "ingest", "school"],
        capture_output=True,
        text=True,
        env=env | {"ROLLCALL_HOME": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 1
    assert "rollcall up" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["ingest", "rolll"], "did you mean roll?"),
        (["replay", "rolll"], "did you mean roll?"),
        (["ingest", "school", "nonsense"], "contracts list"),
        (["simulate", "--from", "2019-09-03"], "Monday"),
        (["simulate", "--scale", "0"], "--scale"),
        (["simulate", "--weeks", "-1"], "--weeks"),
        (["run", "--from", "2019-09-03"], "Monday"),
        (["run", "--weeks", "-1"], "--weeks"),
        (["ingest", "roll", "--sender", "50010"], "no such sender"),
        (["replay", "roll", "--sender", "platform"], "no such sender"),
        (["review", "list", "--reason", "low_wait"], "low_weight"),
        (["review", "list", "--unit", "999999"], "no such unit"),
        (["alerts", "list", "--owner", "nosuch"], "no such owner"),
        (["report", "--unit", "500101"], "--out"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error_before_anything_is_done(wrong, said, tmp_path, monkeypatch):
    monkeypatch.setenv("ROLLCALL_HOME", str(tmp_path))
    done = CliRunner().invoke(app, wrong, env={"COLUMNS": "200"})
    assert done.exit_code == 2 and said in done.output
    assert list(tmp_path.iterdir()) == []


def test_bounds_of_the_options_are_those_of_the_simulator(tmp_path):
    for scale, weeks in ((0.00039, 1), (1.01, 1), (0.01, -1)):
        with pytest.raises(ValueError, match="scale must lie between 0.0004 and 1"):
            simulate(scale, date(2019, 9, 2), weeks, out_inbox=tmp_path, out_truth=tmp_path)


def test_up_status_and_down_tell_a_script_the_same_facts(warehouse):
    def told(*command: str) -> tuple[int, dict]:
        done = CliRunner().invoke(app, [*command, "--json"])
        return done.exit_code, json.loads(done.output)

    try:
        code, up = told("up")
        assert (code, up["database_is_running"], up["database_port"]) == (0, True, server.port())
        assert told("status") == (0, up)
        code, down = told("down")
        assert (code, down["database_is_running"], down["database_port"]) == (0, False, None)
        assert told("status") == (3, down)
    finally:
        server.start()
