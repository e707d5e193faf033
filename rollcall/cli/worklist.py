"""`rollcall worklist`: what is to be done today, and the logged export with the children's names."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""台账待办：今天该办什么、由谁办、何时到期。What is to be done, for which case, at which tier, by when.

`list` shows cases by number and mask, nobody's name. `export` writes a unit's list with names into a file that only
you can read, and says so in `ops.access_log`. Both show the last `rollcall publish`.
""",
)
Unit = Annotated[str | None, typer.Option(help="Only what this unit answers for, e.g. 500103.")]
School = Annotated[str | None, typer.Option(help="Only this school, by its ten digits.")]
Schema = Annotated[str, typer.Option(help="Published marts to read; another name is a study.")]
# Heading -> column of the row; the wide ones are left out where the terminal is narrow.
SHOWN = {
    "原期限 first due": "first_due_on",
    "逾期 late": "days_overdue",
    "现期限 due now": "due_on",
    "层级 tier": "owner_tier",
    "单位 unit": "unit_name",
    "学校 school": "school_name",
    "编号 case": "case_no",
    "姓名 name": "name_mask",
    "要办的事 what to do": "step_zh",
}
WIDE = ("unit_name", "school_name")
N_WIDE = 130
TIERS = {"school": "学校", "unit": "区县", "municipality": "市级"}


@app.command("list")
def list_work(
    unit: Unit = None,
    school: School = None,
    tier: Annotated[str | None, typer.Option(help="Only what lies at this tier: school, unit, municipality.")] = None,
    schema: Schema = "marts",
    limit: Annotated[int, typer.Option(help="Cases to show; the counts are of all.")] = 40,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for scripts instead of a table.")] = False,
) -> None:
    """待办清单（不含姓名）。Open cases: those risen most tiers first, then by the date due now.

    A case overdue rises to the next tier, which gets a date of its own; days late count from the first date.

    `rollcall worklist list --unit 500103 --tier unit`
    """
    from rollcall.publish.scope import Scope
    from rollcall.publish.worklist import worklist
    from rollcall.warehouse.connect import connect

    if tier not in (None, "school", "unit", "municipality"):
        raise typer.BadParameter(f"{tier}: school, unit, municipality", param_hint="--tier")
    with connect("pipeline") as conn:
        rows = worklist(conn, Scope(unit, school, tier, schema))
    counts = {
        "n": len(rows),
        "n_overdue": sum(row["is_overdue"] for row in rows),
        "by_tier": dict(Counter(row["owner_tier"] for row in rows)),
        "by_step": dict(Counter(row["step"] for row in rows)),
    }
    if as_json:
        print(json.dumps(counts | {"cases": rows[:limit]}, default=str, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console()
    names = [name for name in SHOWN.values() if console.width >= N_WIDE or name not in WIDE]
    table = Table(title=f"待办 {counts['n']} 件，其中逾期 {counts['n_overdue']} 件 open cases, overdue")
    for head, name in SHOWN.items():
        if name in names:
            may_wrap = name in (*WIDE, "step_zh")
            table.add_column(head.replace(" ", "\n", 1), no_wrap=not may_wrap, overflow="fold")
    for row in rows[:limit]:
        told = row | {"owner_tier": TIERS[row["owner_tier"]], "days_overdue": row["days_overdue"] or None}
        cells = ["" if told[name] is None else str(told[name]) for name in names]
        table.add_row(*cells, style="red" if row["is_overdue"] else None)
    console.print(table)
    if len(rows) > limit:
        console.print(f"另有 {len(rows) - limit} 件未列出，可用 --limit · {len(rows) - limit} more, see --limit")


@app.command()
def export(
    unit: Annotated[str, typer.Option(help="Unit that gets the list, e.g. 500103.")],
    reason: Annotated[str, typer.Option(help="Why the names leave the vault; goes to the log, so name nobody.")],
    out: Annotated[Path, typer.Option(help="The XLSX to write; must not exist. Only you can read it.")],
    school: School = None,
    schema: Schema = "marts",
) -> None:
    """导出含姓名的待办清单（记入日志）。A unit's worklist with names, numbers and phones: logged, mode 0600.

    `rollcall worklist export --unit 500103 --reason "十月入户劝返" --out 500103.xlsx`
    """
    from rollcall.publish.named_list import export as write
    from rollcall.publish.scope import Scope
    from rollcall.publish.worklist import WORKLIST
    from rollcall.warehouse.connect import connect

    with connect("pipeline") as conn:
        n = write(conn, WORKLIST, Scope(unit, school, schema=schema), reason, out)
    print(f"已导出 {n} 件到 {out}（含个人信息，仅限本人读取，用后删除）· {n} cases; personal data, delete after use")


@app.command()
def warnings(
    unit: Annotated[str, typer.Option(help="Unit that gets the list, e.g. 500103.")],
    reason: Annotated[str, typer.Option(help="Why the names leave the vault; goes to the log, so name nobody.")],
    out: Annotated[Path, typer.Option(help="The XLSX to write; must not exist. Only you can read it.")],
    school: School = None,
    schema: Schema = "marts",
) -> None:
    """导出含姓名的控辍预警名单（记入日志）。Who may leave school, with names and reasons: logged, 0600.

    `rollcall worklist warnings --unit 500103 --reason "期中家访" --out 500103-warned.xlsx`
    """
    from rollcall.publish.early_warning import EARLY_WARNING
    from rollcall.publish.named_list import export as write
    from rollcall.publish.scope import Scope
    from rollcall.warehouse.connect import connect

    with connect("pipeline") as conn:
        n = write(conn, EARLY_WARNING, Scope(unit, school, schema=schema), reason, out)
    print(f"已导出 {n} 人到 {out}（含个人信息，仅限本人读取，用后删除）· {n} children; personal data, delete after use")
