"""docs/feeds.md: every feed for those who send it and those who query it, Chinese first."""

import json

from rollcall.contracts.codes import code_lists
from rollcall.contracts.load import contracts
from rollcall.contracts.model import Column, Contract
from rollcall.contracts.rules import rules
from rollcall.contracts.sending_page import sending_page

_CADENCE = {
    "daily": ("每个上课日", "every school day"),
    "weekly": ("每周", "weekly"),
    "monthly": ("每月", "monthly"),
    "termly": ("每学期", "each term"),
    "yearly": ("每年", "yearly"),
    "once": ("一次", "once"),
}
_SENDERS = {
    "units": ("各教育单位", "each education unit"),
    "police": ("各区县公安机关（每区县一个文件）", "municipal police, one file per district"),
    "municipality": ("市教育部门", "the municipality"),
    "platform": ("市级平台（每日一个文件）", "the municipal platform, one file a day"),
    "welfare": ("市级民政、残联等部门", "municipal welfare offices"),
}
_HISTORY = {
    "snapshot": ("全量快照，按版本保存", "full snapshot, kept as versions"),
    "events": ("增量事件", "events"),
}
_ACTION = {
    "refuse": ("退回整份数据", "refuses the delivery"),
    "reject": ("退回该行", "rejects the row"),
    "warn": ("提醒", "warns"),
}
_INTRO = """# 数据报送说明 · Feeds

本页由合同（`contracts/*.yaml`）和规则（`expectations/`）生成：运行 `rollcall contracts build`，请勿手工修改。
This page is generated from the contracts and the suites by `rollcall contracts build`; do not edit it.

列名可写正式名称或别名；正式名称优先。代码列可写代码、名称或两者并写（`1`、`男`、`1-男`）。
A header may be the name or an alias; the name wins. A coded column takes the code, its Chinese name or both.
"""
_ACROSS = """<a id="across"></a>

## 数据之间的核对 · Held against each other

缺勤或资助发放的学籍号不在任何学籍里的，照常接收，不退回：学籍可能稍后才到，审核结果不能取决于谁先到。每次发布时重新清点，
按报送件和教育单位记在 `marts.fct_delivery_quality` 的 `n_orphan_rows` 列，见[办法](runbooks/README.md#orphan_rows)。
An absence or a payment whose roll number is on no roll is accepted: the roll may come later, and no verdict may
depend on which comes first. Each publish counts them anew in `n_orphan_rows` of `marts.fct_delivery_quality`, by
delivery and unit; [what to do](runbooks/README.md#orphan_rows).
"""


def feed_pages(suites: dict[str, str]) -> str:
    """The whole page. `suites`: feed -> text of its suite file."""
    parts = [_INTRO, _contents(), sending_page(), *(_feed(feed, suites[feed.name]) for feed in contracts().values())]
    return "\n".join([*parts, _codes(), _rules(), _ACROSS])


def _contents() -> str:
    lines = ["| 数据 | feed | 报送方 · sender | 频次 · cadence |", "|---|---|---|---|"]
    for feed in contracts().values():
        zh, en = _SENDERS[feed.senders]
        cadence = " · ".join(_CADENCE[feed.cadence])
        lines.append(f"| [{feed.zh}](#{feed.name}) | `{feed.name}` | {zh} · {en} | {cadence} |")
    return "\n".join([*lines, ""])


def _feed(feed: Contract, suite: str) -> str:
    cadence = " · ".join(_CADENCE[feed.cadence])
    if feed.due_day and feed.cadence in ("weekly", "monthly"):
        cadence += f"（{'周一' if feed.cadence == 'weekly' else f'{feed.due_day} 日'}；day {feed.due_day}）"
    facts = [
        ("用途 · purpose", feed.purpose),
        ("一行 · one row", feed.grain),
        ("报送方 · sender", " · ".join(_SENDERS[feed.senders])),
        ("频次 · cadence", cadence),
        (
            "迟报、未报 · late, missing",
            f"{feed.late_after_days} 天后算迟报，{feed.missing_after_days} 天后算未报 · "
            f"late after {feed.late_after_days} days, missing after {feed.missing_after_days}",
        ),
        ("方式 · history", " · ".join(_HISTORY[feed.history])),
        ("主键 · key", ", ".join(f"`{name}`" for name in feed.key)),
        ("允许退回的行 · rows that may be rejected", f"{feed.max_rejected_share:.0%}"),
        ("须先报送 · needs first", ", ".join(f"`{name}`" for name in feed.references) or "—"),
        ("负责 · owner", f"`{feed.owner}`"),
        ("保存 · retention", feed.retention),
    ]
    if feed.section:
        facts.append(("按单位分段审核 · judged by section", f"`{feed.section}`"))
    if feed.ignored_headers:
        facts.append(("收到但不入库的列 · headers never loaded", "、".join(feed.ignored_headers)))
    return "\n".join(
        [
            f'<a id="{feed.name}"></a>\n\n## {feed.zh} · `{feed.name}`\n',
            "| | |\n|---|---|",
            *(f"| {name} | {text} |" for name, text in facts),
            "\n| 列名 | 别名 · aliases | column | 类型 · kind | 必填 · required | 说明 · description |",
            "|---|---|---|---|---|---|",
            *(_column(column) for column in feed.columns),
            "\n| 规则 · rule | 列 · columns | 后果 · consequence |\n|---|---|---|",
            *_feed_rules(suite),
            "",
        ]
    )


def _column(column: Column) -> str:
    kind = f"`{column.kind}`" + (f" [`{column.codes}`](#codes-{column.codes})" if column.codes else "")
    personal = "（个人信息 · personal）" if column.is_personal else ""
    aliases = "、".join(column.aliases) or "—"
    required = "是 · yes" if column.is_required else "—"
    cells = (column.zh, aliases, f"`{column.name}`", kind, required, column.description + personal)
    return f"| {' | '.join(cells)} |"


def _feed_rules(suite: str) -> list[str]:
    columns: dict[tuple[str, str], list[str]] = {}
    for item in json.loads(suite)["expectations"]:
        meta = item["meta"]
        named = columns.setdefault((meta["rule"], meta["action"]), [])
        column = item["kwargs"].get("column") or meta.get("column")
        named += [f"`{column}`"] if column and f"`{column}`" not in named else []
    return [
        f"| [`{rule}`](#rule-{rule}) | {', '.join(named) or '—'} | {' · '.join(_ACTION[action])} |"
        for (rule, action), named in columns.items()
    ]


def _codes() -> str:
    parts = ["## 代码表 · Code lists\n"]
    for item in code_lists().values():
        listed = "；".join(f"{code} {zh} ({en})" for code, (zh, en) in item.codes.items())
        parts.append(f'<a id="codes-{item.name}"></a>\n**`{item.name}`** ({item.source}): {listed}\n')
    return "\n".join(parts)


def _rules() -> str:
    lines = ["## 规则 · Rules\n", "| rule | 含义与改正 | meaning and fix |", "|---|---|---|"]
    for rule in rules().values():
        anchor = f'<a id="rule-{rule.rule}"></a>`{rule.rule}`'
        lines.append(f"| {anchor} | {rule.means_zh}。{rule.fix_zh}。 | {rule.means_en}. {rule.fix_en}. |")
    return "\n".join([*lines, ""])
