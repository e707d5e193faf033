"""`rollcall publish`, `rollcall report`: make the marts, and look at them."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer

AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], help="Business date. Default: the latest complete enough, never back."
    ),
]
KnownAt = Annotated[
    datetime | None,
    typer.Option(
        "--known-at",
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"],
        help="Use only what was known by then, Shanghai time. Default: everything known now.",
    ),
]
Schema = Annotated[str, typer.Option(help="marts is what readers see; another name makes a study beside it.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object for scripts instead of a table.")]


def publish(
    as_of: AsOf = None,
    known_at: KnownAt = None,
    schema: Schema = "marts",
    wait: Annotated[float, typer.Option(help="Seconds to wait for another publisher.")] = 0,
    back: Annotated[bool, typer.Option("--back", help="Take marts back to a date before the one they show.")] = False,
    as_json: AsJson = False,
) -> None:
    """发布：构建、检验、整体切换。Build the marts beside the old ones, test them, swap them in whole.

    If a model, a test or an expectation fails, readers keep what they have and the exit code is 1. So it is for a
    date after what is known, and for one before that of the marts without --back. The same
    --as-of and --known-at always give the same content, so any past answer can be had again:

    `rollcall publish --as-of 2019-09-06 --known-at 2019-09-08T23:59:00 --schema study`
    """
    from rollcall.publish.publish import publish as publish_marts

    shanghai = ZoneInfo("Asia/Shanghai")
    result = publish_marts(
        as_of.date() if as_of else None,
        known_at.replace(tzinfo=shanghai) if known_at else None,
        schema,
        wait,
        (lambda step: None) if as_json else (lambda step: typer.echo(f"… {step}", err=True)),
        back,
    )
    if as_json:
        print(json.dumps(asdict(result), default=str, ensure_ascii=False))
    else:
        _tell(result)
    raise typer.Exit(0 if result.is_published else 1)


def report(
    schema: Schema = "marts",
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option(help="Folder for the report's two files, HTML and XLSX.")] = None,
    unit: Annotated[str | None, typer.Option(help="Report of an education unit, by its code.")] = None,
    school: Annotated[str | None, typer.Option(help="Report of a school, by its ten digits.")] = None,
    period: Annotated[
        Literal["month", "quarter", "term", "year"] | None,
        typer.Option(help="Default: a school's month, a unit's quarter, the municipality's term; year: a school year."),
    ] = None,
) -> None:
    """监测：市级概况；--out 生成学校月报、区县季报、市学期或学年报告。The municipal monitor, or a report in two files.

    Shows what is published; run `rollcall publish` first. --json gives the same figures on one level. With --out it
    writes a report of counts, of a past date too, and tells its two files:

    `rollcall publish --as-of 2019-09-15 --known-at 2019-09-16 --schema study`, then
    `rollcall report --schema study --unit 500101 --period term --out reports`
    """
    if out:
        _write_report(schema, out, unit, school, period, as_json)
        return
    if unit or school or period:
        raise typer.BadParameter("请指明写入的文件夹 · say where the two files of a report go", param_hint="--out")
    if as_json:
        from rollcall.publish.figures import figures

        print(json.dumps(figures(schema).flat(), default=_plain, ensure_ascii=False))
        return
    from rich.console import Console

    from rollcall.runtime.monitor import render

    Console().print(render(schema))


def _write_report(
    schema: str, out: Path, unit: str | None, school: str | None, period: str | None, as_json: bool
) -> None:
    from rollcall.publish.reports.read import read
    from rollcall.publish.reports.write import write

    files = [str(path) for path in write(read(schema, unit, school, period), out)]
    print(json.dumps({"files": files}, ensure_ascii=False) if as_json else "\n".join(files))


def _tell(result) -> None:
    from rich.console import Console

    from rollcall.contracts.load import contracts

    console = Console()
    took = sum(result.seconds.values())
    if result.is_published:
        console.print(
            f"[green]已发布[/] {result.schema}：业务日期 as of {result.as_of}，"
            f"用时 {took:.0f} 秒 · published in {took:.0f} s"
        )
        if result.too_few:
            feeds = "、".join(contracts()[feed].zh for feed in result.too_few)
            console.print(
                f"[yellow]注意：{result.as_of} 的报送未收齐：{feeds}；数字可能偏小 · "
                f"not complete enough: {', '.join(result.too_few)}; figures may be too small[/]",
                soft_wrap=True,
            )
        if n := len(result.missing):
            console.print(
                f"{n} 份最近一期报送未入库（未到、退回或待审）· {n} newest deliveries not in "
                "(not come, refused or waiting)",
                soft_wrap=True,
            )
        return
    console.print(f"[red]未发布[/] {result.schema}：此前的结果保持不变 · not published, what was there stands")
    for reason in result.reasons:
        n = f" ({reason['n']})" if reason.get("n") else ""
        console.print(f"  {reason['node']}: {reason['status']}{n} {reason['said']}", markup=False)


def _plain(value: object) -> object:
    from decimal import Decimal

    return float(value) if isinstance(value, Decimal) else str(value)
