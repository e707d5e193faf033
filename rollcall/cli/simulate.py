"""`rollcall simulate` writes a municipality's deliveries and the truth; `rollcall score` compares."""

import json
from datetime import datetime
from typing import Annotated

import typer

DAY = ["%Y-%m-%d"]


def _monday(day: datetime) -> datetime:
    if day.weekday() != 0:
        raise typer.BadParameter(f"{day:%Y-%m-%d} 不是星期一，模拟从星期一开始 · the simulation starts on a Monday")
    return day


# Bounds as in rollcall.simulate.run, which takes too long to import for a help text.
Scale = Annotated[
    float, typer.Option(min=0.0004, max=1, help="1 = 3.14 million pupils; 0.01 = 31,400 in the same 41 units.")
]
Monday = Annotated[datetime, typer.Option("--from", formats=DAY, callback=_monday, help="The Monday to start on.")]
Seed = Annotated[int, typer.Option(help="Another number makes another municipality.")]
AsJson = Annotated[bool, typer.Option("--json", help="One flat JSON object for scripts instead of a table.")]


def simulate(
    scale: Scale = 0.01,
    from_: Monday = datetime(2019, 9, 2),
    weeks: Annotated[
        int, typer.Option(min=0, help="Weeks to simulate; 0 = the opening deliveries and one school day.")
    ] = 4,
    seed: Seed = 1,
    error_rate: Annotated[float, typer.Option(min=0, help="How many times as often as usual clerks err.")] = 1.0,
    as_json: AsJson = False,
) -> None:
    """模拟全市：把各单位会报送的文件写入收件箱，真值另存。Write what the senders would send, and the truth
    apart.

    Nobody in it exists: ID numbers carry area codes that are assigned to no place. Files go to the inbox with
    every fault of real life (late, doubled, cut, rotten); the truth goes to a directory that only `rollcall
    score`
    reads. The same arguments write the same bytes. Example: `rollcall simulate --scale 0.01 --weeks 4
    --seed 2`
    """
    from rollcall.simulate.run import simulate as write

    _show(write(scale, from_.date(), weeks, seed, error_rate=error_rate).as_dict(), as_json)


def score(
    as_of: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Date to score; default: the last publish.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """与真值对比：烂文件、退回行、失学儿童是否都被发现。Hold ledger, rejected rows and statuses against the
    truth.

    What must be 0: rotten_accepted, sound_refused, rows_planted_not_rejected, unaccounted_in_school,
    open_status_missed. Concealed children are those the delivered files truly cannot show; they are counted by kind.
    False alarms are children truly at a desk who stand under an open status.
    """
    from rollcall.simulate.score import score as compare

    _show(compare(as_of.date() if as_of else None), as_json)


def _show(found: dict, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("measure", "value", show_header=False, box=None)
    for name, value in found.items():
        table.add_row(name, "–" if value is None else str(value))
    Console().print(table)
