"""What a report says in words: its title, its key points, its cells. The page and the workbook show the same."""

from itertools import groupby

from rollcall.publish.reports.lists import total
from rollcall.publish.reports.period import KINDS
from rollcall.publish.reports.read import Report
from rollcall.publish.reports.words import number, share

HIDDEN = "＊"  # an own small number never is; another's is
TIERS = {"school": "学校", "unit": "区县", "municipality": "市级"}


def title(report: Report) -> str:
    return f"{report.place.name} 控辍保学{KINDS[report.period.kind]}（{report.period.zh}）"


def key_points(report: Report) -> list[str]:
    """Sentences a stranger can act on."""
    totals = report.totals
    base, settled = _number(totals, "children"), totals.get("accounted_share")
    said = []
    if base is not None and settled:
        said.append(
            f"适龄儿童底数 {number(base)} 人，已落实 {number(settled['numerator'])} 人"
            f"（{share(settled['numerator'] / base) if base else '—'}），"
            f"待解决 {number(_number(totals, 'open') or 0)} 人。"
        )
    opened = [row for row in report.statuses if row["is_open"] and row["n"]]
    if opened:
        said.append("待解决的是：" + "，".join(f"{row['zh']} {number(row['n'])} 人" for row in opened) + "。")
    if report.needs:
        what = "年级" if report.place.tier == "school" else "学校"
        names = "、".join(_named(row, report) for row in report.needs)
        said.append(f"最需要先帮扶的{what}（从重到轻）：{names}。")
    outside = [
        row for row in report.places if row["school_code"] is None and report.place.tier == "unit" and row["n_open"]
    ]
    if outside:
        n = sum(int(row["n_open"]) for row in outside)
        said.append(f"另有 {number(n)} 名待解决儿童不在任何学校，由区县直接负责。")
    if report.unit_needs:
        said.append("最需要先帮扶的区县（从重到轻）：" + "、".join(row["name"] for row in report.unit_needs) + "。")
    if n_high := total(report.warnings, "n_high"):
        said.append(f"预警：{number(n_high)} 名在籍儿童列为重点，应在缺课变成辍学之前上门，见“控辍预警”。")
    if n_waiting := total(report.disabled, "n_waiting") + total(report.disabled, "n_without_place"):
        said.append(f"残疾儿童中 {number(n_waiting)} 人没有就读安置，见“零拒绝”。")
    behind = [row["zh"] for row in report.indicators if is_met(row) is False]
    if behind:
        said.append("未达目标的指标：" + "、".join(behind) + "。")
    owed = n_owed(report)
    if owed:
        said.append(f"本期有 {owed} 份报送缺报、逾期或被退回，相关数字可能不完整，见“报送情况”。")
    return said


def scoring(report: Report) -> str:
    """What a status counts in the points that rank schools, from the table that ranks them."""
    weights = "，".join(
        f"{'、'.join(row['zh'] for row in rows)} {points}"
        for points, rows in groupby(report.scoring, key=lambda row: row["points"])
    )
    return f"分数 = 每名待解决儿童按状态计分之和：{weights}。一个班整班未点名，约等于一名辍学。分数只排先后，不作考核。"


def n_owed(report: Report) -> int:
    """Deliveries of the period that are not here."""
    return sum(row["states"].get(state, 0) for row in report.deliveries for state in ("refused", "overdue", "missing"))


def shown(row: dict) -> str:
    """The value of an indicator, or why there is none."""
    if row["value"] is not None:
        return share(row["value"]) if is_rate(row) else f"{number(row['value'])} 人"
    if row["missing"] == "unit_of_school":
        return "暂无（基数中有已撤学校，不知属哪个区县）"
    if not row["is_known_at_all"]:
        return "暂无（缺输入数据）"
    return "无此类儿童" if row["numerator"] is not None else "本级无此项"


def cell(rate: dict, cell: dict | None) -> str:
    """A figure of a breakdown; a dash where there is nobody to count."""
    if cell is None:
        return "—"
    return share(cell["value"]) if is_rate(rate) else number(cell["value"])


NOT_ABOVE = "上一级无此项，或暂无数据。"


def above(row: dict) -> str:
    """The tier above's value; its small numbers are hidden from here."""
    if row["is_above_hidden"]:
        return HIDDEN
    if row["above"] is None:
        return "—"
    return share(row["above"]) if is_rate(row) else f"{number(row['above'])} 人"


def source(row: dict) -> str:
    """Where an indicator comes from, in Chinese."""
    return row["source"].replace("unverified", "待核实").replace("own definition", "本系统定义")


def is_hidden_used(report: Report) -> bool:
    """Whether the mark of a hidden number stands anywhere in the report."""
    return report.place.tier != "municipality" and any(row["is_above_hidden"] for row in report.indicators)


def target(row: dict) -> str:
    if row["target"] is None:
        return "—"
    wanted = share(row["target"]) if is_rate(row) else f"{number(row['target'])} 人"
    return f"{'≥' if row['target_is'] == 'at_least' else '≤'} {wanted}"


def is_rate(row: dict) -> bool:
    """Whether an indicator is shown in per cent; else it counts children."""
    return row["measure"] in ("share", "ratio")


def is_met(row: dict) -> bool | None:
    """Whether the target is reached; None where there is no target or no value."""
    if row["target"] is None or row["value"] is None:
        return None
    return row["value"] >= row["target"] if row["target_is"] == "at_least" else row["value"] <= row["target"]


def footing(report: Report) -> str:
    """What the figures rest on: enough to make the same report again."""
    return (
        f"业务日期 {report.period.to_on}；所知时刻 {report.known_at:%Y-%m-%d %H:%M}；"
        f"统计期 {report.period.from_on} 至 {report.period.to_on}；"
        f"代码版本 {report.code_version}；身份模型 {report.model_version}"
    )


def _named(row: dict, report: Report) -> str:
    if report.place.tier == "municipality" and row["unit_name"]:
        return f"{row['name']}（{row['unit_name']}）"
    return row["name"] or row["school_code"]


def _number(totals: dict, indicator: str) -> int | None:
    row = totals.get(indicator)
    return None if row is None or row["numerator"] is None else int(row["numerator"])
