"""The Makefile before anything is installed."""

import subprocess

from rollcall.warehouse.settings import REPO


def make(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(["make", "-C", str(REPO), *arguments], capture_output=True, text=True, check=False)


def test_an_old_python_is_named_plainly(tmp_path):
    old = tmp_path / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make("check-python", f"PYTHON={old}")
    assert done.returncode != 0
    assert "3.11" in done.stdout and "Traceback" not in done.stdout + done.stderr


def test_help_lists_the_targets():
    told = make("help").stdout
    assert all(f"make {target}" in told for target in ("run", "test", "serve", "bars", "docs", "clean", "lint"))


def test_ci_is_make_test():
    run = REPO / ".ci" / "run"
    assert run.stat().st_mode & 0o111
    assert "make test" in run.read_text()
