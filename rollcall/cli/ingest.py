"""`rollcall ingest`, `rollcall replay`: the Dags' work, by hand."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

import typer

from rollcall.cli.known import check_sender

Feeds = Annotated[list[str] | None, typer.Argument(help="Feeds to take, e.g. school roll; all if none is named.")]
Sender = Annotated[str | None, typer.Option(help="Only this sender, e.g. 500101, police-500101, platform.")]
From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First business date.")]
To = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last business date.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object for scripts instead of a table.")]


def ingest(
    feeds: Feeds = None,
    sender: Sender = None,
    from_: From = None,
    to: To = None,
    settle: Annotated[float, typer.Option(help="Seconds a file without a manifest must lie still.")] = 60,
    as_json: AsJson = False,
) -> None:
    """收件：从收件箱取件、校验、入库。Take what lies in the inbox: archive, gate, file.

    Every file ends in the ledger as accepted, refused (with reasons), duplicate or waiting. Running it twice is
    harmless. Example: `rollcall ingest school roll --sender 500101`
    """
    from rollcall.contracts.load import contracts
    from rollcall.ingest.deliver import deliver
    from rollcall.ingest.inbox import discover
    from rollcall.ingest.lanes import plan

    for feed in feeds or []:
        _known(feed)
    check_sender(sender, feeds or contracts())
    discover(feeds or None, settle)
    outcomes = []
    # Feeds that others refer to go first, so that nothing waits longer than it must.
    for feed in sorted(feeds or contracts(), key=lambda name: bool(contracts()[name].references)):
        for lane in plan(feed, 1, sender, _day(from_), _day(to)):
            outcomes += deliver(lane)
    _show(outcomes, as_json)


def replay(
    feed: Annotated[str, typer.Argument(help="Feed to file again, e.g. roll.")],
    sender: Sender = None,
    from_: From = None,
    to: To = None,
    regate: Annotated[bool, typer.Option(help="Judge the files anew, by the rules of today.")] = False,
    as_json: AsJson = False,
) -> None:
    """重放：按归档原件重新入库。File archived deliveries again, under their recorded verdicts.

    With --regate they are judged anew; do that after a rule or a contract was changed.
    """
    from rollcall.ingest.replay import replay as replay_deliveries

    _known(feed)
    check_sender(sender, [feed])
    _show(replay_deliveries(feed, sender, _day(from_), _day(to), regate), as_json)


def _known(feed: str) -> None:
    """A usage error that says which feed may have been meant."""
    from difflib import get_close_matches

    from rollcall.contracts.load import contracts

    if feed in contracts():
        return
    near = get_close_matches(feed, contracts(), 1)
    zh, en = (f"，是否指 {near[0]}？", f"; did you mean {near[0]}?") if near else ("。", ".")
    raise typer.BadParameter(
        f"没有名为 {feed} 的数据{zh} No feed is called {feed}{en} `rollcall contracts list` names them all."
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _show(outcomes: list, as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(o) for o in outcomes], default=str, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title="收件结果 Deliveries")
    verdicts = ("accepted", "refused", "duplicate", "waiting")
    for heading in ("数据 Feed", "接收 accepted", "退回 refused", "重复 duplicate", "等待 waiting"):
        table.add_column(heading, justify="left" if "Feed" in heading else "right")
    counts = Counter((o.feed, o.verdict) for o in outcomes)
    for feed in sorted({o.feed for o in outcomes}):
        table.add_row(feed, *(str(counts[feed, verdict]) for verdict in verdicts))
    Console().print(table)
