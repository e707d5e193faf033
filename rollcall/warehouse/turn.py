"""One process at a time: a lock that the kernel drops with its holder, so that it cannot go stale."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from rollcall.warehouse.errors import WarehouseError

_PATIENCE_SECONDS = 120


@contextlib.contextmanager
def turn(file: Path, zh: str, en: str) -> Iterator[None]:
    """Hold the lock of `file`, made if missing. Waits two minutes, then raises WarehouseError(zh, en)."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise WarehouseError(
            f"无法写入 {file.parent}：{fault.strerror}。", f"Cannot write to {file.parent}: {fault.strerror}."
        ) from None
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not _taken(handle):
            if time.monotonic() > deadline:
                raise WarehouseError(zh, en)
            time.sleep(0.1)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
