"""Who saw whose names, and why: a row in `ops.access_log` before anything is shown."""

import getpass
import os

from psycopg import Connection

from rollcall.warehouse.errors import WarehouseError


def who() -> str:
    """The account that asks; behind sudo, the person's own."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return f"uid-{os.getuid()}"


def log_access(conn: Connection, action: str, unit_code: str | None, n_rows: int, reason: str) -> int:
    """Write the row in the caller's transaction and return its number; commit before showing anything.

    `reason` must say something: WarehouseError otherwise. It must not name anybody, which is for the caller to
    see to: this table lies outside the vault.
    """
    if not reason.strip():
        raise WarehouseError(
            "请用 --reason 说明查看或导出个人信息的理由。", "Say with --reason why personal data are needed."
        )
    return conn.execute(
        """insert into ops.access_log (who, action, unit_code, n_rows, reason)
        values (%s, %s, %s, %s, %s) returning access_id""",
        (who(), action, unit_code, n_rows, reason.strip()),
    ).fetchone()[0]
