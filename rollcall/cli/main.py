"""`rollcall`: puts the sub-commands together. Their modules import nothing heavy before they are called."""

import errno
import importlib
import os
import sys

import typer

# Module of rollcall.cli -> its functions that are commands of the first level.
COMMANDS = {
    "runtime": ("run", "serve", "up", "down", "status", "docs"),
    "simulate": ("simulate", "score"),
    "ingest": ("ingest", "replay"),
    "publish": ("publish", "report"),
}
# Modules of rollcall.cli whose `app` is a group of that name.
GROUPS = ("contracts", "alerts", "identity", "review", "worklist")
_SYSTEM = {
    errno.ENOSPC: "磁盘已满，请腾出空间后重试",
    errno.EACCES: "没有权限",
    errno.EROFS: "文件系统只读",
    errno.ENOENT: "找不到文件",
}


class Rollcall(typer.Typer):
    """The command; what goes wrong in it becomes one plain sentence and an exit code, never a traceback."""

    def __call__(self, *arguments, **options):
        try:
            return super().__call__(*arguments, **options)
        except Exception as error:
            if os.environ.get("ROLLCALL_DEBUG"):
                raise
            print(plain(error), file=sys.stderr)
            sys.exit(1)


def plain(error: Exception) -> str:
    """What to tell a person. An error that is not ours may quote a row: only its type and place are told."""
    if hasattr(error, "zh") and hasattr(error, "en"):
        return f"{error.zh}\n{error.en}"
    if isinstance(error, OSError) and error.strerror:
        zh = _SYSTEM.get(error.errno, "系统错误")
        return f"{zh}：{error.filename or ''}".rstrip("：") + f"\n{error.strerror}: {error.filename or ''}".rstrip(": ")
    from rollcall.warehouse.trouble import place, trouble

    if known := trouble(error):
        return f"{known.zh}\n{known.en}"
    where = place(error)
    return (
        f"内部错误 {type(error).__name__}（{where}）；设置 ROLLCALL_DEBUG=1 可查看详情。\n"
        f"Internal error {type(error).__name__} at {where}; set ROLLCALL_DEBUG=1 to see all of it."
    )


def _build() -> Rollcall:
    rollcall = Rollcall(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        help="点名 Rollcall：从收件箱到三级监测集市。From files in an inbox to published three-tier marts.",
    )

    # A callback keeps the options of the first level apart from those of a command that stands alone.
    @rollcall.callback()
    def _main() -> None:
        from rollcall.telemetry import switch_off

        switch_off()

    for name, functions in COMMANDS.items():
        module = importlib.import_module(f"rollcall.cli.{name}")
        for function in functions:
            rollcall.command(function)(getattr(module, function))
    for name in GROUPS:
        rollcall.add_typer(importlib.import_module(f"rollcall.cli.{name}").app, name=name)
    return rollcall


app = _build()
