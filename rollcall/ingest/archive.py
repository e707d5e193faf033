"""Keep every file as it came: compressed, named by its SHA-256, fsynced before anything else is done with it."""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from rollcall.warehouse.settings import settings

CHUNK = 1 << 20
SPILL_SECONDS = 6 * 3600  # longer than any file is read


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def archived(sha256: str) -> Path:
    """Where the bytes with this hash are, or would be, kept."""
    return settings().archive / sha256[:2] / f"{sha256}.zst"


def put(path: Path, sha256: str) -> None:
    """Copy `path` into the archive. Returns only when the bytes are on disk; doing it twice is harmless."""
    target = archived(sha256)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = target.with_suffix(f".{os.getpid()}.part")
    with (
        path.open("rb") as source,
        pa.OSFile(str(partial), "wb") as sink,
        pa.CompressedOutputStream(sink, "zstd") as packed,
    ):
        shutil.copyfileobj(source, packed, CHUNK)
    _fsync(partial)
    partial.rename(target)
    for folder in (target.parent, target.parent.parent):
        _fsync(folder)


@contextmanager
def unpacked(sha256: str) -> Iterator[Path]:
    """The archived bytes as a file in the spill directory (inside the vault), removed afterwards.

    Raises FileNotFoundError if the archive does not hold them.
    """
    spill = settings().home / "spill"
    spill.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=spill) as folder:
        path = Path(folder) / "delivery"
        with (
            pa.OSFile(str(archived(sha256)), "rb") as source,
            pa.CompressedInputStream(source, "zstd") as stream,
            path.open("wb") as sink,
        ):
            shutil.copyfileobj(stream, sink, CHUNK)
        yield path


def purge_spill() -> None:
    """Remove what processes that were killed have left unpacked: it is personal data, and nobody will read it."""
    for folder in (settings().home / "spill").glob("*"):
        with suppress(FileNotFoundError):
            if time.time() - folder.stat().st_mtime > SPILL_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
