"""The report as a workbook: one sheet a topic, numbers as numbers, ready to print."""

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rollcall.contracts.load import contracts
from rollcall.publish.reports import lists_book, tell
from rollcall.publish.reports.read import Report
from rollcall.publish.reports.words import STATES, WORK

_HEAD = PatternFill("solid", fgColor="DCE6F0")
_SHARE = "0.00%"
_BREAKDOWN = {
    "底数": "children",
    "待解决": "open",
    "辍学": "dropout",
    "疑似辍学": "suspected_dropout",
    "未找到": "not_found",
    "未确认": "unconfirmed",
}
_PLACE = {
    "底数": "n_children",
    "在校": "n_in_school",
    "待解决": "n_open",
    "缺课3日以上": "n_absent_3_or_more",
    "辍学": "n_dropout",
    "未找到": "n_not_found",
    "未确认": "n_unconfirmed",
    "覆盖率": "accounted_share",
    "净入学率": "net_enrolment",
    "辍学率": "dropout_rate",
    "九年巩固率": "nine_year_retention",
    "分数": "points",
    "原因": "reasons",
}


def workbook(report: Report) -> Workbook:
    """The workbook, not yet written."""
    book = Workbook()
    _summary(book.active, report)
    _needs(book.create_sheet("先帮扶谁"), report)
    _indicators(book.create_sheet("指标"), report)
    if report.places:
        _places(book.create_sheet("各校" if report.place.tier == "unit" else "各区县"), report)
    _breakdowns(book.create_sheet("分组"), report)
    _rates(book.create_sheet("分组指标"), report)
    _course(book.create_sheet("本期变化"), report)
    lists_book.add(book, report)
    if report.deliveries:
        _deliveries(book.create_sheet("报送"), report)
    _definitions(book.create_sheet("口径"), report)
    for sheet in book.worksheets:
        _finish(sheet)
    return book


def _summary(sheet: Worksheet, report: Report) -> None:
    sheet.title = "要点"
    sheet.append([tell.title(report)])
    sheet["A1"].font = Font(bold=True, size=16)
    sheet.append([tell.footing(report)])
    for said in tell.key_points(report):
        sheet.append([said])
    sheet.append([])
    _head(sheet, ["状态", "人数", "是否待解决"])
    for row in report.statuses:
        if row["n"]:
            sheet.append([row["zh"], row["n"], "待解决" if row["is_open"] else ""])
    sheet.column_dimensions["A"].width = 90


def _needs(sheet: Worksheet, report: Report) -> None:
    what = "年级" if report.place.tier == "school" else "学校"
    _head(sheet, ["次序", what, "区县", "待解决", "底数", "分数", "原因"])
    for row in report.needs:
        cells = [row["rank"], row["name"] or row["school_code"], row["unit_name"]]
        sheet.append([*cells, row["n_open"], row["n_children"], row["points"], row["reasons"]])
    if report.needs:
        _chart(sheet, len(report.needs), f"{what}：分数越高越需先帮扶")
    if report.unit_needs:
        sheet.append([])
        _head(sheet, ["次序", "区县", "", "待解决", "底数", "分数", "原因"])
        for row in report.unit_needs:
            cells = [row["rank"], row["name"], None, row["n_open"], row["n_children"], row["points"]]
            sheet.append([*cells, row["reasons"]])
    sheet.append([])
    sheet.append([*[None] * 6, tell.scoring(report)])  # beside the reasons, the one wide column


def _chart(sheet: Worksheet, n: int, title: str) -> None:
    chart = BarChart()
    chart.type, chart.style, chart.title, chart.legend = "bar", 10, title, None
    chart.add_data(Reference(sheet, min_col=6, min_row=2, max_row=n + 1))
    chart.set_categories(Reference(sheet, min_col=2, min_row=2, max_row=n + 1))
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"  # the first on top
    chart.height, chart.width = 8, 22
    sheet.add_chart(chart, f"A{n + 18}")


def _indicators(sheet: Worksheet, report: Report) -> None:
    above = [] if report.place.tier == "municipality" else ["本区县" if report.place.tier == "school" else "全市"]
    _head(sheet, ["指标", "数值", "分子", "分母", *above, "目标", "达标"])
    for row in report.indicators:
        met = {True: "是", False: "否", None: "—"}[tell.is_met(row)]
        value = tell.shown(row) if row["value"] is None else row["value"]
        beside = [tell.above(row) if row["above"] is None else row["above"]] if above else []
        sheet.append([row["zh"], value, row["numerator"], row["denominator"], *beside, tell.target(row), met])
        if tell.is_rate(row):
            for column in (2, 5) if above else (2,):
                sheet.cell(sheet.max_row, column).number_format = _SHARE
    if tell.is_hidden_used(report):
        sheet.append([f"{tell.HIDDEN} 涉及不足 5 人的数字，不向本级以外展示。"])
    if above:
        sheet.append([f"{above[0]}一栏的“—”：{tell.NOT_ABOVE}"])


def _places(sheet: Worksheet, report: Report) -> None:
    _head(sheet, ["代码", "名称", *_PLACE])
    for row in report.places:
        code = row["school_code"] or (row["unit_code"] if report.place.tier == "municipality" else "")
        points = "—" if row["points"] is None else row["points"]  # only a school or a unit has any
        cells = [points if name == "points" else row[name] for name in _PLACE.values()]
        sheet.append([code, row["name"], *cells])
        for place, name in enumerate(_PLACE, 3):
            if name.endswith("率"):
                sheet.cell(sheet.max_row, place).number_format = _SHARE


def _breakdowns(sheet: Worksheet, report: Report) -> None:
    _head(sheet, ["分组", "项", *_BREAKDOWN, "覆盖率"])
    for breakdown in report.breakdowns:
        for row in breakdown.counts:
            counts = [row.get(name) for name in _BREAKDOWN.values()]
            share = row["accounted_share"] / row["children"] if row.get("children") else None
            sheet.append([breakdown.title, row["name"], *counts, share])
            sheet.cell(sheet.max_row, 3 + len(_BREAKDOWN)).number_format = _SHARE


def _rates(sheet: Worksheet, report: Report) -> None:
    _head(sheet, ["分组", "项", "指标", "数值", "分子", "分母"])
    for breakdown in report.breakdowns:
        for rate in breakdown.rates:
            for cell in filter(None, rate["cells"]):
                figures = [cell["value"], cell["numerator"], cell["denominator"]]
                sheet.append([breakdown.title, cell["name"], rate["zh"], *figures])
                if tell.is_rate(rate):
                    sheet.cell(sheet.max_row, 4).number_format = _SHARE


def _course(sheet: Worksheet, report: Report) -> None:
    _head(sheet, ["日期", *(zh for zh, _ in WORK.values())])
    for row in report.weeks:
        sheet.append([row["day"], *(row[kind] for kind in WORK)])
    sheet.append([])
    _head(sheet, ["本期曾为", "人数", "现已到校或安置", "仍待解决"])
    for row in report.returns:
        sheet.append([row["zh"], row["n"], row["n_back"], row["n_still"]])


def _deliveries(sheet: Worksheet, report: Report) -> None:
    feeds = contracts()
    _head(sheet, ["数据", *STATES.values()])
    for row in report.deliveries:
        name = feeds[row["feed"]].zh if row["feed"] in feeds else row["feed"]
        sheet.append([name, *(row["states"].get(state, 0) for state in STATES)])


def _definitions(sheet: Worksheet, report: Report) -> None:
    _head(sheet, ["指标", "公式", "依据"])
    for row in report.indicators:
        sheet.append([row["zh"], row["formula_zh"], tell.source(row)])
    sheet.append([])
    sheet.append([tell.footing(report)])


def _head(sheet: Worksheet, cells: list[str]) -> None:
    sheet.append(cells)
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill = Font(bold=True), _HEAD


def _finish(sheet: Worksheet) -> None:
    """Widths by content (a Chinese character is two wide), wrapped text, landscape on one page's width."""
    for number, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(number)
        texts = [str(cell.value) for cell in column if cell.value is not None and not isinstance(cell.value, float)]
        widest = max((sum(2 if ord(c) > 255 else 1 for c in text) for text in texts), default=8)
        if sheet.column_dimensions[letter].width <= 13:
            sheet.column_dimensions[letter].width = min(max(widest + 2, 8), 44)
        for cell in column:
            cell.alignment = Alignment(vertical="top", wrap_text=number > 1 or sheet.title == "要点")
    if sheet.title != "要点":
        sheet.freeze_panes = "B2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
