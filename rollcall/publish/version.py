"""Which code and which identity model made a publish."""

import os
import subprocess

from rollcall import __version__
from rollcall.warehouse.settings import settings


def code_version() -> str:
    """The commit, "+" behind it if the tree was changed since; ROLLCALL_CODE_VERSION, or the package's
    version.
    """
    given = os.environ.get("ROLLCALL_CODE_VERSION")
    if given:
        return given
    commit = _git("rev-parse", "--short=12", "HEAD")
    if not commit:
        return __version__
    return f"{__version__} {commit}{'+' if _git('status', '--porcelain', '--untracked-files=no') else ''}"


def _git(*command: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", settings().repo, *command], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
