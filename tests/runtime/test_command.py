"""The `rollcall` command as a whole."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def tiny_disk(tmp_path) -> Iterator[Path]:
    """A file system of 2 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a file system")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_told_in_one_sentence(tiny_disk):
    for command in (["simulate", "--scale", "0.001", "--weeks", "1"], ["up"]):
        done = subprocess.run(
            [sys.executable, "-m", "rollcall", *command],
            capture_output=True,
            text=True,
            env=os.environ | {"ROLLCALL_HOME": str(tiny_disk / "state")},
            check=False,
        )
        assert done.returncode == 1
        assert "磁盘" in done.stderr and ("disk" in done.stderr or "No space left" in done.stderr)
        assert "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 2
