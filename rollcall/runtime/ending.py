"""The last screen of `make run`: the monitor, the score, and where to look next."""

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from rollcall.warehouse.settings import settings


def show_monitor(console: Console) -> None:
    """The municipal monitor out of the marts, and the score against the planted truth."""
    from rollcall.publish.errors import PublishError
    from rollcall.runtime.monitor import render
    from rollcall.runtime.scored import score_table
    from rollcall.simulate.score import score

    try:
        console.print(render())
    except PublishError as error:
        console.print(f"[red]{error}")
    console.print(score_table(score()))


def show_where_next(console: Console, failed: list[str]) -> None:
    """Commands and places, shortest first."""
    table = Table.grid(padding=(0, 2))
    for what, text in (
        ("make serve", "保持运行，含地址和登录方式 · keep everything up, with addresses and log-in"),
        (".venv/bin/rollcall report", "市级监测 · this monitor again"),
        (".venv/bin/rollcall score", "与真值对比，全部数字 · found against planted, every figure"),
        (".venv/bin/rollcall status", "运行状况与台账 · what runs, and the ledger"),
        (".venv/bin/rollcall --help", "其余命令 · everything else"),
        (str(settings().docs_out), "退回报送的质检报告 · Data Docs of refused deliveries"),
        ("docs/feeds.md, docs/runbooks", "数据与处置手册 · feeds, and what to do about each alert"),
    ):
        table.add_row(what, text)
    console.print(Panel(table, title="接下来 Where to look next", expand=False))
    if failed:
        console.print(f"[red]未完成 · failed: {'; '.join(failed)}")
