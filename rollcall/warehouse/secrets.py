"""Secrets are files that only their owner may read; nothing else ever holds one."""

import contextlib
import os
import secrets as random
from pathlib import Path

from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.settings import settings

PSEUDONYM_KEY = "pseudonym.key"
ADMIN_PASSWORD = "postgres.password"


def secret(name: str) -> str:
    """Text of the secret file `name` ("pseudonym.key", "<role>.password"), without the line end.

    With the embedded server a missing one is made, 256 random bits. Raises WarehouseError when it is missing
    in production, or when a new one would quietly be wrong because the data was written under another.
    """
    if Path(name).name != name:
        raise ValueError("a secret is named, not addressed")
    path = settings().secrets / name
    text = _read(path)
    if text is None:
        _refuse_if_needed_by_data(name)
        _create(path)
        text = _read(path)
    if not text:
        raise WarehouseError(f"密钥文件 {name} 为空。", f"The secret file {name} is empty.")
    return text


def has_secret(name: str) -> bool:
    """Whether the secret file is there, without making it."""
    return _read(settings().secrets / name) is not None


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except PermissionError:
        raise WarehouseError(
            f"无权读取密钥文件 {path.name}。", f"This user may not read the secret file {path.name}."
        ) from None


def _refuse_if_needed_by_data(name: str) -> None:
    here = settings()
    if not here.is_embedded:
        raise WarehouseError(
            f"缺少密钥文件 {name}。", f"The secret file {name} is missing; put it into ROLLCALL_SECRETS."
        )
    # History's pseudonyms come from this key, the server's login from this password: a new one fits neither.
    if name in (PSEUDONYM_KEY, ADMIN_PASSWORD) and (here.postgres / "data" / "PG_VERSION").exists():
        raise WarehouseError(
            f"数据库已存在但密钥文件 {name} 丢失，请恢复该文件。",
            f"The database exists but the secret file {name} is gone: restore it, or `make clean` it all.",
        )


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(random.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    # link, not rename: of two processes that make it at once the first wins and both read the same one.
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
