"""Files with personal data: readable by the person who asked and by nobody else."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rollcall.identity.review.errors import ReviewError


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A new file of mode 0600, gone again if the block fails. ReviewError if there is something of that name."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ReviewError(
            f"{path} 已存在，未覆盖；请换一个文件名。", f"{path} is there already and was left alone: name another."
        ) from None
    try:
        with open(descriptor, "wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
