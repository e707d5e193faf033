"""`rollcall review`: the doubtful pairs, what they look like, and what people decided about them."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from rollcall.cli.known import check_reason, check_unit

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""身份核对：存疑的记录是否为同一人。Doubtful pairs: is the pupil on a roll this child of the register?

Until somebody decides, the child is `pending`: neither in school nor missing. A verdict is used from the next
`rollcall publish` on, and for as long as neither row changes; then the pair is asked again under a new number.

The usual way: `list`, then `export` for the unit's clerk, `import` what comes back, `publish`.
For a single pair: `show`, then `decide`.""",
)
Number = Annotated[int, typer.Argument(help="Number of the pair, from `rollcall review list`.")]
Unit = Annotated[str | None, typer.Option(help="Only pairs this unit may see, e.g. 500103.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for scripts instead of a table.")]
SHANGHAI = ZoneInfo("Asia/Shanghai")


@app.command("list")
def list_doubts(
    unit: Unit = None,
    reason: Annotated[str | None, typer.Option(help="Only this reason, as --json names it.")] = None,
    days: Annotated[int | None, typer.Option(help="Only pairs in doubt for at least so many days.")] = None,
    decided: Annotated[bool, typer.Option(help="Those that have a verdict, instead of those that wait.")] = False,
    limit: Annotated[int, typer.Option(help="Pairs to show; the counts are of all.")] = 40,
    as_json: AsJson = False,
) -> None:
    """待核对清单（不含姓名）。Pairs in doubt, oldest first, counted by unit, reason and age. Nobody's name.

    A pair belongs to two units: the one whose school has the pupil, and the one where the child is registered.
    """
    from rollcall.identity.review.queue import doubts
    from rollcall.warehouse.connect import connect

    check_unit(unit)
    check_reason(reason)
    with connect("pipeline") as conn:
        found = doubts(conn, unit, reason, days, has_verdict=decided)
    counts = {
        "n": len(found),
        "by_unit": dict(Counter(doubt.subject_unit or "" for doubt in found)),
        "by_reason": dict(Counter(doubt.reason for doubt in found)),
        "by_age": dict(Counter(age(doubt.n_days) for doubt in found)),
    }
    if as_json:
        shown = [{name: value for name, value in asdict(doubt).items() if name != "why"} for doubt in found[:limit]]
        print(json.dumps(counts | {"pairs": shown}, default=str, ensure_ascii=False))
        return
    from rich.console import Console

    from rollcall.identity.review.show import counted, listed

    console = Console()
    console.print(counted(counts))
    console.print(listed(found[:limit]))
    if len(found) > limit:
        console.print(f"另有 {len(found) - limit} 对未列出，可用 --limit · {len(found) - limit} more, see --limit")


@app.command()
def show(number: Number, as_json: AsJson = False) -> None:
    """并排查看两条记录（记入日志）。Both rows side by side, why they are in doubt, and how the weight comes about.

    Shows names and numbers, in this terminal only; that you looked is written to `ops.access_log`.
    """
    from rollcall.identity.review.look import look
    from rollcall.identity.review.queue import doubts
    from rollcall.identity.review.weigh import steps
    from rollcall.warehouse.connect import connect

    with connect("pipeline") as conn:
        pair = look(conn, number)
        bars = steps(conn, pair.doubt)
        same_row = doubts(conn, has_verdict=None, pupil_key=pair.doubt.pupil_key)
    rivals = [doubt for doubt in same_row if doubt.review_id != pair.doubt.review_id]
    if as_json:
        told = asdict(pair.doubt) | {"compared": [asdict(comparison) for comparison in pair.compared]}
        told["rivals"] = [rival.review_id for rival in rivals]
        told["steps"] = [asdict(step) for step in bars]
        print(json.dumps(told, default=str, ensure_ascii=False))
        return
    from rich.console import Console

    from rollcall.identity.review.show import side_by_side

    Console().print(side_by_side(pair, rivals, bars))


@app.command()
def decide(
    number: Number,
    verdict: Annotated[str, typer.Argument(help="same (同一人) or different (不是同一人).")],
    why: Annotated[str, typer.Option(help="How you know, e.g. 电话核实监护人.")],
    by: Annotated[str | None, typer.Option(help="Who found out, if not you.")] = None,
) -> None:
    """登记裁定。Say whether both rows are one person. A changed mind is a new verdict; the old one stays on record.

    If you do not know, decide nothing: a wrong `same` hides a missing child.

    `rollcall review decide 17 different --why "家长来校，两人为双胞胎"`
    """
    from rollcall.identity.review.queue import doubt
    from rollcall.identity.review.verdict import UNCHANGED
    from rollcall.identity.review.verdict import decide as write
    from rollcall.identity.review.words import VERDICTS
    from rollcall.warehouse.access_log import who
    from rollcall.warehouse.connect import connect

    if verdict not in VERDICTS:
        raise typer.BadParameter(f"{verdict}: same (同一人) or different (不是同一人)", param_hint="VERDICT")
    with connect("pipeline") as conn:
        outcome = write(conn, doubt(conn, number), verdict, why, by or who(), datetime.now(SHANGHAI))
    zh, en = VERDICTS[verdict]
    if outcome == UNCHANGED:
        print(f"编号 {number} 此前已裁定为{zh}，未作改动 · was decided so before, nothing changed")
    else:
        print(f"已登记：编号 {number} {zh} · {en}; used from the next `rollcall publish` on")


@app.command()
def export(
    unit: Annotated[str, typer.Option(help="Unit whose clerk gets the list, e.g. 500103.")],
    reason: Annotated[str, typer.Option(help="Why the data leave the vault; goes to the log, so name nobody.")],
    out: Annotated[Path, typer.Option(help="The XLSX to write; must not exist. Only you can read it.")],
) -> None:
    """导出某单位待核对清单（记入日志）。A workbook for a unit's clerk: only its own pairs, logged, mode 0600.

    `rollcall review export --unit 500103 --reason "十月身份核对" --out 500103.xlsx`
    """
    from rollcall.identity.review.export import export as write
    from rollcall.warehouse.connect import connect

    with connect("pipeline") as conn:
        n = write(conn, unit, reason, out)
    print(f"已导出 {n} 对到 {out}（含个人信息，仅限本人读取，用后删除）· {n} pairs; personal data, delete after use")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The workbook as the clerk sent it back.")],
    as_json: AsJson = False,
) -> None:
    """收回清单。Take a clerk's workbook back: every line is accepted, left open, or refused with a reason.

    Taking the same file twice is harmless. A line that was decided otherwise meanwhile is refused, never overruled.
    Exit code 3 if any line was refused.
    """
    from rollcall.identity.review.take_back import REFUSED, take_back
    from rollcall.warehouse.connect import connect

    with connect("pipeline") as conn:
        taken = take_back(conn, file.read_bytes(), datetime.now(SHANGHAI))
    if as_json:
        print(json.dumps(asdict(taken), ensure_ascii=False))
    else:
        from rich.console import Console

        from rollcall.identity.review.show import judged

        Console().print(judged(taken))
    if taken.count(REFUSED):
        raise typer.Exit(3)


@app.command()
def chart(
    out: Annotated[Path, typer.Option(help="The HTML to write; must not exist.")],
    number: Annotated[int | None, typer.Option("--pair", help="Draw this pair's waterfall instead.")] = None,
) -> None:
    """权重分布图，或一对的瀑布图（不含姓名）。A chart of all match weights, or of one pair's; nobody's name in it.

    One file that any browser opens without a network: `rollcall review chart --out weights.html`
    """
    from rollcall.identity.charts import histogram, waterfall
    from rollcall.identity.review.files import private_file
    from rollcall.identity.review.queue import doubt
    from rollcall.identity.review.weigh import steps, weights
    from rollcall.warehouse.connect import connect

    with connect("pipeline") as conn:
        if number is None:
            found, limits = weights(conn)
            title = "匹配权重分布 Match weights"
        else:
            found = steps(conn, doubt(conn, number))
            title = f"编号 {number}：权重如何得出 How the weight of pair {number} comes about"
    if not found:
        print("没有经模型评分的记录，未画图 · no pair has a weight of this model, nothing drawn")
        raise typer.Exit(1)
    page = histogram(found, limits, title) if number is None else waterfall(found, title)
    with private_file(out) as file:
        file.write(page.encode())
    print(f"已写入 {out} · written")


def age(n_days: int) -> str:
    """Age class of a doubt that has been open for so many days."""
    return "0-7" if n_days <= 7 else "8-30" if n_days <= 30 else "31+"
