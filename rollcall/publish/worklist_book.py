"""The worklist as a workbook for those who must knock on a door: two sheets, Chinese, nothing to look up."""

import io
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

HOW_TO, WORK = "使用说明", "待办清单"
TIERS = {"school": "学校", "unit": "区县", "municipality": "市级"}
LADDER = {0: "", 1: "宣传教育", 2: "责令改正", 3: "行政处罚", 4: "强制执行"}
INSTRUCTIONS = (
    "本表列出今天要办的事：每行一名儿童，越靠前越急。红色为逾期，已升级到上一层级督办，仍须由原责任人办理。",
    "1. 按“要办的事”一栏办理，“办理期限”当天仍算按时。",
    "2. 办完后在控辍保学平台登记动作，填写“台账编号”，系统次日据此更新；本表不用回传。",
    "3. 复学以考勤为准：登记复学后，班级点名须连续显示该生到校，满30天（再次离校的90天）方可销号。",
    "4. 学校只能提议，销号由区县办理，并须有与去向相符的凭证；核减（死亡、出国、户籍、超龄）须市级批准；失联不得销号。",
    "5. “提示”一栏是与数据不符之处，请先核查。查无此人、信息有误的，请登记为误报并写明依据。",
    "6. 本表含个人信息，仅供办理使用，不得转发、张贴，用后删除。导出已记入日志。",
)
# Header, key of the row or a function of it, width.
COLUMNS = (
    ("序号", "n", 6),
    ("要办的事", "step_zh", 34),
    ("办理期限", "due_on", 12),
    ("责任层级", lambda row: TIERS[row["owner_tier"]], 9),
    ("逾期天数", lambda row: row["days_overdue"] or "", 9),
    ("姓名", "name", 10),
    ("性别", lambda row: {"1": "男", "2": "女"}.get(row["sex"] or "", ""), 6),
    ("出生日期", "birth_on", 12),
    ("证件号", "id_number", 21),
    ("学籍号", "roll_number", 22),
    ("学校", "school_name", 22),
    ("年级", "grade", 6),
    ("班级", "class_no", 8),
    ("监护人", "guardian_name", 10),
    ("联系电话", "guardian_phone", 14),
    ("户籍地", "admin_unit_name", 14),
    ("乡镇街道", "township_name", 16),
    ("村社", "village", 16),
    ("状态", "state_zh", 18),
    ("类别", "category_zh", 10),
    ("发现渠道", "channel_zh", 14),
    ("立案天数", "days_open", 9),
    ("劝返次数", "n_persuasions", 9),
    ("法律步骤", lambda row: LADDER[row["ladder"]], 10),
    ("提示", lambda row: _hints(row), 40),
    ("台账编号", "case_no", 20),
    ("旧编号", "old_case_no", 24),
)
_HEAD = PatternFill("solid", fgColor="D9E2F3")
_OVERDUE = PatternFill("solid", fgColor="F8CBAD")


def write_workbook(rows: Sequence[dict], place: str, access_no: int) -> bytes:
    """The XLSX of a worklist with names, in the rows' order. `place`: whose list; `access_no`: its log entry."""
    book = Workbook()
    _how_to(book.active, rows, place, access_no)
    _work(book.create_sheet(WORK), rows)
    book.active = 1
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _how_to(sheet: Worksheet, rows: Sequence[dict], place: str, access_no: int) -> None:
    sheet.title = HOW_TO
    sheet.column_dimensions["A"].width = 110
    texts = [f"点名 · 控辍保学待办清单 · {place}", *INSTRUCTIONS]
    texts += [f"业务日期：{rows[0]['as_of']}    件数：{len(rows)}    导出编号：{access_no}"]
    for n, text in enumerate(texts, 1):
        cell = sheet.cell(n, 1, text)
        cell.font = Font(bold=n == 1, size=16 if n == 1 else 11)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[n].height = 32


def _work(sheet: Worksheet, rows: Sequence[dict]) -> None:
    for column, (text, _, width) in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, column, text)
        cell.font, cell.fill = Font(bold=True), _HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width
    for n, row in enumerate(rows, 1):
        for column, (_, key, _) in enumerate(COLUMNS, 1):
            value = key(row) if callable(key) else row.get(key) if key != "n" else n
            cell = sheet.cell(n + 1, column)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(value, int) or value is None:
                cell.value = value
            else:
                # Always text: an ID number keeps its digits, a name that begins with = is no formula.
                cell.value, cell.data_type, cell.number_format = _text(value), "s", "@"
            if row["is_overdue"] and column <= 5:
                cell.fill = _OVERDUE
    sheet.freeze_panes = "G2"  # the header, and what is to be done for whom
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(rows) + 1}"
    sheet.page_setup.orientation = "landscape"


def _hints(row: dict) -> str:
    hints = [row["finding_zh"] or ""]
    if row["closing_proposed_on"]:
        hints.append(f"学校于{row['closing_proposed_on']}提议销号，请区县核定")
    if row["n_reopened"]:
        hints.append(f"曾返校后再次离校{row['n_reopened']}次")
    return "；".join(filter(None, hints))


def _text(value: object) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("□", value.isoformat() if isinstance(value, date) else str(value))
