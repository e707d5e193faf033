"""The `rollcall` command as a whole."""

import os
import resource
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from rollcall.cli.main import COMMANDS, GROUPS, app, plain
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


def test_no_module_is_named_that_is_not_there():
    from importlib.util import find_spec

    assert all(find_spec(f"rollcall.cli.{name}") for name in (*COMMANDS, *GROUPS))


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
