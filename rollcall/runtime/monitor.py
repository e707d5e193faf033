"""The municipal monitor in the terminal: Chinese first, fit for 100 columns."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from rollcall.publish.figures import TIERS, Figures, figures

N_UNITS = 8
_STATES = {
    "on_time": "按时 on time",
    "late": "迟到 late",
    "refused": "退回 refused",
    "waiting": "待审 waiting",
    "overdue": "逾期 overdue",
    "missing": "缺报 missing",
}


def render(schema: str = "marts") -> RenderableType:
    """The monitor of a published schema, to be printed by rich. Raises PublishError if there is none."""
    told = figures(schema)
    parts = [_heading(told), _coverage(told), _ledger(told), _units(told), _deliveries(told)]
    return Group(*parts)


def _heading(told: Figures) -> RenderableType:
    lines = [
        f"业务日期 as of {told.as_of}    所知时刻 known at {told.known_at:%Y-%m-%d %H:%M}",
        f"发布于 published {told.published_at:%Y-%m-%d %H:%M}",
        f"代码版本 code {told.code_version}    身份模型 identity model {told.model_version}",
    ]
    if told.n_missing:
        lines.append(
            f"[yellow]{told.n_missing} 份最近一期报送未入库（未到、退回或待审）· "
            f"{told.n_missing} newest deliveries not in, refused ones included[/]"
        )
    if told.failed:
        lines.append(
            f"[red]最近一次发布（{told.failed['as_of']}）未通过，以下仍为之前的结果 · "
            "the newest publish failed; these figures are from the one before[/]"
        )
    return Panel(Text.from_markup("\n".join(lines)), title="点名 · 市级监测 Municipal monitor", expand=True)


def _coverage(told: Figures) -> RenderableType:
    row = told.municipality
    table = Table(title="覆盖 Coverage", title_justify="left", expand=True)
    heads = (
        "底数\nchildren",
        "在籍\non a roll",
        "在校\nin school",
        "安置\nplaced",
        "待解决\nopen",
        "覆盖率\naccounted for",
    )
    for head in heads:
        table.add_column(head, justify="right")
    names = ("n_children", None, "n_in_school", "n_placed", "n_open")
    cells = [_number(told.n_on_roll if name is None else row.get(name)) for name in names]
    table.add_row(*cells, _share(row.get("accounted_share")))
    paid = Text(
        f"资助 Aid: {_number(row.get('n_aided_pupils'))} 人 pupils paid · "
        f"{_number(row.get('n_aid_payments'))} 人次 payments · {_yuan(row.get('aid_amount_fen'))} 元 yuan"
    )
    return Group(table, paid, Text())


def _ledger(told: Figures) -> RenderableType:
    """Open statuses by the tier that owns them, and those that are settled."""
    table = Table(title="台账 Ledger: 状态与责任层级 status and owning tier", title_justify="left", expand=True)
    table.add_column("状态 Status")
    for tier, zh in TIERS.items():
        table.add_column(f"{zh} {tier}", justify="right")
    table.add_column("已落实 settled", justify="right")
    for status in told.statuses:
        if not status["n"]:
            continue
        owned = [_number(status["owners"][tier]) if tier in status["owners"] else "·" for tier in TIERS]
        cells = [*owned, "·" if status["is_open"] else _number(status["n"])]
        style = "yellow" if status["is_open"] else None
        table.add_row(f"{status['zh']} {status['en']}", *cells, style=style)
    totals = [sum(s["owners"].get(tier, 0) for s in told.statuses) for tier in TIERS]
    settled = sum(s["n"] for s in told.statuses if not s["is_open"])
    table.add_section()
    table.add_row("合计 Total", *map(_number, totals), _number(settled), style="bold")
    return Group(table, Text())


def _units(told: Figures) -> RenderableType:
    table = Table(title=f"待解决最多的{N_UNITS}个单位 Units with most open", title_justify="left", expand=True)
    heads = (
        "单位\nUnit",
        "底数\nchildren",
        "待解决\nopen",
        "未确认\nunconfirmed",
        "缺课3日以上\nabsent 3+ days",
        "未找到\nnot found",
        "覆盖率\naccounted for",
    )
    for n, head in enumerate(heads):
        table.add_column(head, justify="right" if n else "left", overflow="fold")
    for row in told.units[:N_UNITS]:
        names = ("n_children", "n_open", "n_unconfirmed", "n_absent_3_or_more", "n_not_found")
        unit = row["unit_name"] or row["unit_code"] or "未归属 none"
        table.add_row(unit, *(_number(row.get(name)) for name in names), _share(row.get("accounted_share")))
    return Group(table, Text())


def _deliveries(told: Figures) -> RenderableType:
    table = Table(title="报送 Deliveries due", title_justify="left", expand=True)
    table.add_column("数据 Feed")
    there = {state for row in told.deliveries for state in row["states"]} - {"too_early"}
    states = [state for state in _STATES if state in there] + sorted(there - set(_STATES))
    for state in states:
        table.add_column(_STATES.get(state, state), justify="right")
    for row in told.deliveries:
        table.add_row(_feed(row["feed"]), *(_number(row["states"].get(state, 0)) for state in states))
    table.add_section()
    totals = (sum(row["states"].get(state, 0) for row in told.deliveries) for state in states)
    table.add_row("合计 Total", *map(_number, totals), style="bold")
    alerts = " · ".join(f"{_kind(row['kind'])} {row['n']}" for row in told.alerts) or "无 none"
    return Group(table, Text(f"未解除预警 Open alerts: {alerts}"))


def _feed(name: str) -> str:
    from rollcall.contracts.load import contracts

    known = contracts().get(name)
    return f"{known.zh} {name}" if known else name


def _kind(name: str) -> str:
    from rollcall.alerts.words import KINDS

    return KINDS[name][0] if name in KINDS else name


def _number(value: object) -> str:
    return "—" if value is None else f"{int(value):,}"  # type: ignore[call-overload]


def _share(value: object) -> str:
    return "—" if value is None else f"{float(value):.2%}"  # type: ignore[arg-type]


def _yuan(fen: object) -> str:
    return "—" if fen is None else f"{int(fen) / 100:,.0f}"  # type: ignore[call-overload]
