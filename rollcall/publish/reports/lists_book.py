"""The sheets of a report's lists: early warning, children with disabilities, migrants, comparisons."""

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from rollcall.publish.reports import lists
from rollcall.publish.reports.read import Report

_HEAD = PatternFill("solid", fgColor="DCE6F0")
_WARNINGS = {"重点": "n_high", "关注": "n_watch", "最高分": "most_points"}
_DISABLED = {
    "持证适龄": "n_children",
    "已入学": "n_enrolled",
    "特校": "n_special_school",
    "随班就读": "n_inclusion",
    "附设班": "n_attached_class",
    "送教上门": "n_home_teaching",
    "无安置记录": "n_roll_only",
    "在外": "n_elsewhere",
    "休学缓学": "n_deferred",
    "免学": "n_exempt",
    "等待": "n_waiting",
    "无安置": "n_without_place",
    "送教未实施": "n_home_teaching_not_done",
    "未确认": "n_unknown",
    "缺方案": "n_plan_missing",
    "最长等待（天）": "longest_waiting_days",
}
_MIGRANT = {
    "适龄": "n_children",
    "已入学": "n_enrolled",
    "公办": "n_in_public_place",
    "本乡镇就读": "n_in_own_township",
    "本区县就读": "n_in_own_district",
    "外区县就读": "n_far",
    "未入学": "n_without_place",
    "未确认": "n_unknown",
}
_COMPARISON = {"立案": "n_cases", "待核": "n_pending", "误报": "n_false", "属实": "n_true", "在办": "n_open"}
_NOT_ADDED = ("most_points", "longest_waiting_days")


def add(book: Workbook, report: Report) -> None:
    """Add a sheet for every list that has a row."""
    place = {"school": "学校", "unit": "学校", "municipality": "区县"}[report.place.tier]
    class_or_place = "班级" if report.place.tier == "school" else place
    for title, what, columns, rows, is_added in (
        ("控辍预警", class_or_place, _WARNINGS, report.warnings, True),
        ("零拒绝", place, _DISABLED, report.disabled, True),
        ("零门槛", place, _MIGRANT, report.migrants, True),
        # One child may stand in several comparisons: they are never added.
        ("比对核查", "比对", _COMPARISON, [row | {"name": row["zh"]} for row in report.comparisons], False),
    ):
        if rows:
            _sheet(book, title, what, columns, rows, is_added)
    if report.warning_reasons:
        sheet = book["控辍预警"]
        sheet.append([])
        sheet.append(["原因（一人可有多项）", "人数"])
        _bold(sheet)
        for row in report.warning_reasons:
            sheet.append([row["zh"], row["n"]])


def _sheet(book: Workbook, title: str, what: str, columns: dict[str, str], rows: list[dict], is_added: bool) -> None:
    sheet = book.create_sheet(title)
    sheet.append([what, *columns])
    _bold(sheet)
    for row in rows:
        sheet.append([row["name"], *(row[column] for column in columns.values())])
    if is_added:
        totals = [None if column in _NOT_ADDED else lists.total(rows, column) for column in columns.values()]
        sheet.append(["合计", *totals])
        _bold(sheet)


def _bold(sheet) -> None:
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill = Font(bold=True), _HEAD
