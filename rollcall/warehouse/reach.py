"""Under root the server runs as another user: give it a place it can enter when the project lies in a closed one.

A clone below /root or in a directory of `mktemp -d` is closed to that user, and Rollcall does not open other people's
directories. The server's files then live under /var/lib/rollcall, and `<home>/postgres` is a link to them.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

OUTSIDE = Path("/var/lib/rollcall")


def can_enter(folder: Path, identity: dict) -> bool:
    """Whether the user of `identity` (arguments for `subprocess`) may enter a directory."""
    return subprocess.run(["test", "-x", folder], cwd="/", **identity).returncode == 0


def place_for_server(home: Path, identity: dict) -> None:
    """Make `<home>/postgres`: a directory or, where `home` is closed to the server, a link to one that is not."""
    here = home / "postgres"
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(home.stat().st_mode | 0o011)
    if not here.exists() and not can_enter(home, identity):
        outside = OUTSIDE / hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
        shutil.rmtree(outside, ignore_errors=True)  # of a home that was removed since
        outside.mkdir(parents=True, mode=0o711)
        here.unlink(missing_ok=True)
        here.symlink_to(outside)
    here.mkdir(exist_ok=True)
    here.chmod(here.stat().st_mode | 0o011)


def programs_for_server(package: Path, identity: dict) -> Path:
    """The package's directory or, where the server's user cannot enter it, a copy of its programs (40 MB)."""
    if can_enter(package / "pginstall18" / "bin", identity):
        return package
    version = (package.parent / f"{package.name}.libs").stat().st_mtime_ns
    copy = OUTSIDE / f"programs-{version}"
    if not copy.exists():
        draft = copy.with_suffix(f".{os.getpid()}")
        # The libraries lie beside the package: the programs find them by that.
        for part in (f"{package.name}/pginstall18", f"{package.name}.libs"):
            shutil.copytree(package.parent / part, draft / part, symlinks=True)
        draft.chmod(0o711)
        draft.rename(copy)
    return copy / package.name
