"""The review in the terminal, Chinese first, fit for 100 columns."""

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from rollcall.identity.charts import Step, running
from rollcall.identity.review.compare import ALIKE, DIFFERS, EQUAL, STATES
from rollcall.identity.review.pair import Pair
from rollcall.identity.review.queue import Doubt
from rollcall.identity.review.take_back import OUTCOMES, REFUSED, Taken
from rollcall.identity.review.words import VERDICTS, reason

_STYLES = {EQUAL: "green", ALIKE: "yellow", DIFFERS: "red"}
_BAR = 20  # characters of the widest bar of a waterfall


def counted(counts: Mapping) -> RenderableType:
    """How many pairs, by unit, reason and age (days)."""
    table = Table(title=f"存疑 In doubt: {counts['n']}", title_justify="left")
    table.add_column("按 By")
    table.add_column("对数 Pairs")
    ages = "，".join(f"{name} 日 days: {n}" for name, n in sorted(counts["by_age"].items()))
    reasons = "\n".join(f"{n}  {' '.join(reason(name))} ({name})" for name, n in sorted(counts["by_reason"].items()))
    units = "  ".join(f"{name}: {n}" for name, n in sorted(counts["by_unit"].items()))
    table.add_row("原因 reason", reasons)
    table.add_row("时长 age", ages)
    table.add_row("单位 unit", units)
    return table


def listed(doubts: Sequence[Doubt]) -> RenderableType:
    """One row a pair, without names."""
    table = Table()
    headings = ("编号 No.", "单位 Unit", "户籍 Home", "数据 Feed", "原因 Why", "权重 Bits", "天 Days", "裁定 Said")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for doubt in doubts:
        weight = "—" if doubt.weight is None else f"{doubt.weight:.1f}"
        verdict = VERDICTS[doubt.verdict][0] if doubt.verdict else "—"
        cells = [doubt.subject_unit or "—", doubt.home_unit or "—", doubt.subject, reason(doubt.reason)[0], weight]
        table.add_row(str(doubt.review_id), *cells, str(doubt.n_days), verdict)
    return table


def side_by_side(pair: Pair, rivals: Sequence[Doubt], steps: Sequence[Step]) -> RenderableType:
    """Both rows field by field, what is known about the doubt, and how its weight comes about. `rivals`: pairs of
    the same row with other children.
    """
    doubt = pair.doubt
    zh, en = reason(doubt.reason)
    lines = [f"编号 No. {doubt.review_id}    {zh} {en}"]
    unit = pair.place["unit_name"] or doubt.subject_unit or "—"
    lines.append(f"单位 unit {unit}    户籍所在单位 home unit {doubt.home_unit or '—'}")
    where = " ".join(filter(None, (pair.place["school_name"], pair.place["grade"], pair.place["class_no"])))
    if where:
        lines.append(f"学校、年级、班级 school, grade, class: {escape(where)}")
    if doubt.weight is not None:
        margin = "" if doubt.margin is None else f"    领先次位 ahead of the next {doubt.margin:.1f}"
        lines.append(f"权重 weight {doubt.weight:.1f} 比特 bits    第 {doubt.rank} 候选 candidate{margin}")
    if rivals:
        numbers = "、".join(str(rival.review_id) for rival in rivals)
        lines.append(f"同一记录的其他候选 the same row beside other children: 编号 No. {numbers}")
    lines.append(f"存疑自 since {doubt.since:%Y-%m-%d}    模型 model {doubt.model_version}")
    if doubt.verdict:
        lines.append(
            f"已裁定 decided: {' '.join(VERDICTS[doubt.verdict])}，{escape(doubt.decided_by or '')}，"
            f"{doubt.decided_at:%Y-%m-%d %H:%M}：{escape(doubt.why or '')}"
        )
    table = Table(expand=True)
    for heading in ("项目 Field", "报送 As sent", "人口库 Register", "比对 Compared"):
        table.add_column(heading, overflow="fold")
    for comparison in pair.compared:
        said = comparison.note or STATES[comparison.state]
        label = f"{comparison.zh} {comparison.en}"
        style = _STYLES.get(comparison.state, "dim")
        table.add_row(label, Text(comparison.subject), Text(comparison.child), Text(said, style=style))
    return Group(Panel("\n".join(lines), title="身份核对 Review", expand=True), table, _waterfall(steps))


def _waterfall(steps: Sequence[Step]) -> RenderableType:
    """Each bar starts where the one before ended; a line without a bar if there is nothing to draw."""
    if not steps:
        return Text("此对未经模型评分 no weight: the model was not asked, or has changed since")
    ends = running(steps)
    low, high = min(0.0, *ends), max(0.0, *ends)
    scale = _BAR / ((high - low) or 1)
    table = Table(title="权重如何得出 How the weight comes about", title_justify="left", expand=True)
    table.add_column("项目 Field")
    table.add_column("比较 Found", overflow="fold")
    table.add_column("比特 Bits", justify="right")
    table.add_column("累计 Sum", justify="right")
    table.add_column("")
    for step, end in zip(steps, ends, strict=True):
        left = round((min(end, end - step.weight) - low) * scale)
        bar = Text(
            " " * left + "█" * max(1, round(abs(step.weight) * scale)), style="green" if step.weight >= 0 else "red"
        )
        table.add_row(f"{step.zh} {step.en}", step.found, f"{step.weight:+.1f}", f"{end:+.1f}", bar)
    return table


def judged(taken: Taken) -> RenderableType:
    """What became of a list: the counts, and each refused line with its reason."""
    counts = "  ".join(f"{words}: {taken.count(name)}" for name, words in OUTCOMES.items())
    head = Text(f"{taken.unit_code} 经办人 {taken.clerk}，收回登记号 import {taken.access_id}\n{counts}")
    refused = [line for line in taken.lines if line.outcome == REFUSED]
    if not refused:
        return head
    table = Table(title="退回的行 Refused lines", title_justify="left")
    for heading in ("行 Line", "编号 No.", "原因 Why"):
        table.add_column(heading, overflow="fold")
    for line in refused:
        table.add_row(str(line.line), Text(line.number), line.reason)
    return Group(head, table)
