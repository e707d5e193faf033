"""The early warning as a workbook for those who visit: most points first, every reason said."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

HOW_TO, WARNED = "使用说明", "预警名单"
INSTRUCTIONS = (
    "本表列出在校而可能离校的儿童，分数越高越靠前。请在缺课变成辍学之前家访，了解困难并帮助解决。",
    "1. 先访“重点”，再访“关注”。“原因”一栏写明每一项依据及其分值；分值相加，没有别的因素。",
    "2. 预警不是结论，不得作为处分、评比或告知他人的依据。",
    "3. 家访发现儿童已离校的，请当日在控辍保学平台上报；原因有误的，请更正学籍、考勤或资助数据。",
    "4. 本表含个人信息，仅供办理使用，不得转发、张贴，用后删除。导出已记入日志。",
)
COLUMNS = (
    ("序号", "rank_in_unit", 6),
    ("级别", "level_zh", 8),
    ("分数", "points", 7),
    ("姓名", "name", 10),
    ("性别", lambda row: {"1": "男", "2": "女"}.get(row["sex"] or "", ""), 6),
    ("学校", "school_name", 24),
    ("年级", "grade", 6),
    ("班级", "class_no", 8),
    ("正缺课（天）", "absent_run", 11),
    ("原因", "reasons_zh", 70),
    ("监护人", "guardian_name", 10),
    ("联系电话", "guardian_phone", 14),
    ("学籍号", "roll_number", 22),
)
_HEAD = PatternFill("solid", fgColor="D9E2F3")
_HIGH = PatternFill("solid", fgColor="F8CBAD")


def write_workbook(rows: Sequence[dict], place: str, access_no: int) -> bytes:
    """The XLSX of a unit's early warning with names. `place`: whose list; `access_no`: its log entry."""
    book = Workbook()
    how_to, sheet = book.active, book.create_sheet(WARNED)
    how_to.title = HOW_TO
    how_to.column_dimensions["A"].width = 110
    texts = [f"点名 · 控辍预警名单 · {place}", *INSTRUCTIONS]
    texts += [f"业务日期：{rows[0]['as_of']}    人数：{len(rows)}    导出编号：{access_no}"]
    for n, text in enumerate(texts, 1):
        cell = how_to.cell(n, 1, text)
        cell.font = Font(bold=n == 1, size=16 if n == 1 else 11)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for column, (text, key, width) in enumerate(COLUMNS, 1):
        head = sheet.cell(1, column, text)
        head.font, head.fill = Font(bold=True), _HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width
        for n, row in enumerate(rows, 2):
            value = key(row) if callable(key) else row[key]
            cell = sheet.cell(n, column)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(value, int) or value is None:
                cell.value = value
            else:
                # Always text: a roll number keeps its digits, a name that begins with = is no formula.
                cell.value, cell.data_type, cell.number_format = ILLEGAL_CHARACTERS_RE.sub("□", str(value)), "s", "@"
            if row["level"] == "high" and column <= 3:
                cell.fill = _HIGH
    sheet.freeze_panes = "E2"
    sheet.page_setup.orientation = "landscape"
    book.active = 1
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
