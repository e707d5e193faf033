"""Troubles of the machine, known by whatever error they arrive as: a full disk, a database that has gone."""

import errno
from collections.abc import Iterator

from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.settings import settings

_NO_ROOM = "No space left on device"
_DISK_FULL = "53100"
# Connection exceptions; stopped by an administrator, by a crash, not yet started, database dropped.
_GONE = ("08", "57P")
_DRIVERS = ("psycopg", "psycopg2", "adbc_driver_manager")


def trouble(error: BaseException) -> WarehouseError | None:
    """The plain sentence for an error, or for one that led to it; None if none speaks of the machine.

    The error's own text is never told: it may quote a row.
    """
    for each in _led_to(error):
        if _is_full(each):
            return WarehouseError("磁盘已满，请腾出空间后重试。", "The disk is full: make room, then run this again.")
        if _is_gone(each):
            return _gone()
    return None


def place(error: BaseException) -> str:
    """Module and line at which it was raised."""
    at = error.__traceback__
    while at and at.tb_next:
        at = at.tb_next
    return f"{at.tb_frame.f_globals.get('__name__')}:{at.tb_lineno}" if at else "?"


def _led_to(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what its library has wrapped, and what it was raised from or while handling."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [getattr(each, "orig", None), each.__cause__, each.__context__]


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    # DuckDB and Arrow have no number for it.
    return _state(error) == _DISK_FULL or _NO_ROOM in str(error)


def _is_gone(error: BaseException) -> bool:
    """By its SQLSTATE; what a driver itself says of a broken connection has none."""
    if state := _state(error):
        return state.startswith(_GONE)
    return any(
        kind.__name__ == "OperationalError" and kind.__module__.split(".")[0] in _DRIVERS
        for kind in type(error).__mro__
    )


def _state(error: BaseException) -> str | None:
    return getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)


def _gone() -> WarehouseError:
    if settings().is_embedded:
        return WarehouseError(
            "与数据库的连接中断，请执行 rollcall up 后重试；已提交的不会丢失。",
            "The connection to the database broke: start it with `rollcall up`, then run this again; "
            "nothing committed is lost.",
        )
    return WarehouseError(
        "与数据库的连接中断，请确认数据库运行后重试；已提交的不会丢失。",
        "The connection to the database broke: see that PostgreSQL runs, then run this again; "
        "nothing committed is lost.",
    )
