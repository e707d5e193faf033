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
SHOWN = ("due_on", "owner_tier", "unit_name", "school_name", "case_no", "name_mask", "step_zh", "days_overdue")
HEADS = ("期限 due", "层级 tier", "单位 unit", "学校 school", "编号 case", "姓名", "要办的事 what to do", "逾期 late")


@app.command("list")
def list_work(
    unit: Unit = None,
    school: School = None,
    tier: Annotated[str | None, typer.Option(help="Only what lies at this tier: school, unit, municipality.")] = None,
    schema: Schema = "marts",
    limit: Annotated[int, typer.Option(help="Cases to show; the counts are of all.")] = 40,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for scripts instead of a table.")] = False,
) -> None:
    """待办清单（不含姓名）。Open cases, the most urgent first: first what has risen to a higher tier, then by date.

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

    table = Table(*HEADS, title=f"待办 {counts['n']} 件，其中逾期 {counts['n_overdue']} 件 open cases, overdue")
    for row in rows[:limit]:
        cells = ["" if row[name] is None else str(row[name]) for name in SHOWN]
        table.add_row(*cells, style="red" if row["is_overdue"] else None)
    console = Console()
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
