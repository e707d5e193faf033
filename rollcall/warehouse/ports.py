"""TCP ports on loopback that survive a restart."""

import contextlib
import socket
from pathlib import Path


def free_port(kept: Path) -> int:
    """The port of last time, which the file `kept` holds, if it is still free; else a free one, which is then kept."""
    with contextlib.suppress(FileNotFoundError, ValueError, OSError):
        return _bindable(int(kept.read_text()))
    found = _bindable(0)
    draft = kept.with_suffix(".draft")
    draft.write_text(f"{found}\n")
    draft.replace(kept)
    return found


def _bindable(wanted: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", wanted))
        return probe.getsockname()[1]
