"""The list for a unit's clerk: an XLSX with instructions, both rows of each pair, and cells for the verdict."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from rollcall.identity.review.compare import ALIKE, DIFFERS, summary
from rollcall.identity.review.errors import ReviewError
from rollcall.identity.review.pair import Pair
from rollcall.identity.review.words import VERDICTS, reason

HOW_TO, PAIRS = "填写说明", "待核对"
NUMBER, VERDICT, WHY, CODE = "编号", "裁定", "依据", "核对码"
LIST_NUMBER, UNIT, CLERK = "清单号", "单位", "经办人"
WAYS = ("查看户口簿", "电话核实监护人", "学校班主任核实", "派出所核实", "查看学籍档案")
INSTRUCTIONS = (
    "本表每一行是一对存疑的记录：左为学校报送的学籍，右为公安人口库的儿童。请核实两者是否为同一人。",
    f"1. 在下方“{CLERK}”一格填写您的姓名。",
    f"2. 到“{PAIRS}”表，逐行核实，在“{VERDICT}”一栏选择“同一人”或“不是同一人”，在“{WHY}”一栏写明如何核实。",
    "3. 无法核实的，裁定一栏留空，下次清单仍会列出。请勿猜测：误认会使失学儿童被当作在校。",
    "4. 黄色：两者相近（如同音、农历与公历）；红色：两者不同。双胞胎、兄弟姐妹请特别核对证件号与出生日期。",
    f"5. 请勿改动“{NUMBER}”“{CODE}”和其他各栏；保存为 .xlsx 后原样发回。",
    "6. 本表含个人信息，仅供本单位核对使用，不得转发、打印外传，发回后请删除。",
)
_HEAD = PatternFill("solid", fgColor="D9E2F3")
_FILL_IN = PatternFill("solid", fgColor="E2F0D9")
_MARKS = {ALIKE: PatternFill("solid", fgColor="FFF2CC"), DIFFERS: PatternFill("solid", fgColor="F8CBAD")}
_WIDTHS = {NUMBER: 8, VERDICT: 12, WHY: 24, "疑点": 26, "比对": 44, CODE: 24}


@dataclass(frozen=True)
class Line:
    """One line as it came back: its number in the sheet, and the texts of the cells that matter."""

    line: int
    number: str
    verdict: str
    why: str
    code: str


@dataclass(frozen=True)
class Returned:
    """A list that came back. `list_number` is the access under which it was exported, `clerk` who filled it in."""

    list_number: int
    unit_code: str
    clerk: str
    lines: list[Line]


def write_workbook(pairs: Sequence[Pair], unit_code: str, unit_name: str, list_number: int) -> bytes:
    """The XLSX of one unit's pairs, in their order; two sheets, everything but the cells to fill in protected."""
    book = Workbook()
    _how_to(book.active, unit_code, unit_name, list_number, len(pairs))
    _pairs(book.create_sheet(PAIRS), pairs, list_number)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def row_code(list_number: int, evidence_hash: str) -> str:
    """Ties a line to its list and to the evidence that the clerk saw; nobody can guess another line's."""
    return f"{list_number}-{evidence_hash[:16]}"


def read_workbook(data: bytes) -> Returned:
    """What a clerk sent back. Raises ReviewError if it is no such workbook; single lines are not judged here."""
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        missing = [name for name in (HOW_TO, PAIRS) if name not in book.sheetnames]
        how_to = [] if missing else [[_text(value) for value in row] for row in book[HOW_TO].values]
        rows = [] if missing else [[_text(value) for value in row] for row in book[PAIRS].values]
    except Exception:  # a damaged workbook makes the reader raise anything
        raise ReviewError(
            "打不开这个文件：不是 .xlsx 工作簿。请在表格软件中另存为 .xlsx 后再试。",
            "This is no .xlsx workbook: save it as .xlsx in the spreadsheet program.",
        ) from None
    if missing:
        raise ReviewError(
            f"缺少工作表“{'”“'.join(missing)}”。请用导出的原表填写。",
            f"Sheet {', '.join(missing)} is not there: fill in the exported workbook itself.",
        )
    labels = {row[0]: row[1] for row in how_to if len(row) > 1 and row[0]}
    unit_code = labels.get(UNIT, "")[:6]
    if not is_number(labels.get(LIST_NUMBER, "")) or not (is_number(unit_code) and len(unit_code) == 6):
        raise ReviewError(
            f"工作表“{HOW_TO}”中没有“{LIST_NUMBER}”或“{UNIT}”。请用导出的原表填写。",
            f"Sheet {HOW_TO} lacks {LIST_NUMBER} or {UNIT}: fill in the exported workbook itself.",
        )
    header = rows[0] if rows else []
    absent = [name for name in (NUMBER, VERDICT, WHY, CODE) if name not in header]
    if absent:
        raise ReviewError(
            f"工作表“{PAIRS}”缺少列“{'”“'.join(absent)}”。请用导出的原表填写。",
            f"Sheet {PAIRS} lacks column {', '.join(absent)}: fill in the exported workbook itself.",
        )
    places = [header.index(name) for name in (NUMBER, VERDICT, WHY, CODE)]
    lines = []
    for n, row in enumerate(rows[1:], 2):
        cells = [row[place] if place < len(row) else "" for place in places]
        if any(cells):
            lines.append(Line(n, *cells))
    return Returned(int(labels[LIST_NUMBER]), unit_code, labels.get(CLERK, ""), lines)


def is_number(text: str) -> bool:
    """Whether this can be the number of a pair or of a list. Nobody's ID number can."""
    return text.isascii() and text.isdigit() and len(text) <= 12


def _how_to(sheet: Worksheet, unit_code: str, unit_name: str, list_number: int, n_pairs: int) -> None:
    sheet.title = HOW_TO
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 96
    _put(sheet.cell(1, 1), "点名 · 身份核对清单").font = Font(bold=True, size=16)
    for n, text in enumerate(INSTRUCTIONS, 3):
        sheet.merge_cells(start_row=n, end_row=n, start_column=1, end_column=2)
        _put(sheet.cell(n, 1), text).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[n].height = 32
    first = 4 + len(INSTRUCTIONS)
    facts = {CLERK: "", UNIT: f"{unit_code} {unit_name}", LIST_NUMBER: str(list_number), "对数": str(n_pairs)}
    for n, (label, value) in enumerate(facts.items(), first):
        _put(sheet.cell(n, 1), label).font = Font(bold=True)
        _put(sheet.cell(n, 2), value)
    clerk = sheet.cell(first, 2)
    clerk.fill, clerk.protection = _FILL_IN, Protection(locked=False)
    sheet.protection.sheet = True


def _pairs(sheet: Worksheet, pairs: Sequence[Pair], list_number: int) -> None:
    compared = [f"{side}{c.zh}" for c in (pairs[0].compared if pairs else []) for side in ("学籍·", "户籍·")]
    header = [NUMBER, VERDICT, WHY, "疑点", "比对", "权重", "学校所在单位", "学校", "年级", "班级"]
    header += [*compared, CODE]
    for column, text in enumerate(header, 1):
        cell = _put(sheet.cell(1, column), text)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        width = _WIDTHS.get(text, 20 if "证件号" in text else 13)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for line, pair in enumerate(pairs, 2):
        _pair(sheet, line, pair, list_number)
    sheet.freeze_panes = "D2"  # the header, and number, verdict and reason
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(pairs) + 1}"
    if pairs:
        _choices(sheet, "B", [zh for zh, _ in VERDICTS.values()], len(pairs), is_strict=True)
        _choices(sheet, "C", list(WAYS), len(pairs), is_strict=False)
    sheet.protection.sheet = True
    sheet.protection.autoFilter = False  # False: allowed although the sheet is protected
    sheet.protection.formatColumns = False


def _pair(sheet: Worksheet, line: int, pair: Pair, list_number: int) -> None:
    doubt, place = pair.doubt, pair.place
    weight = "" if doubt.weight is None else f"{doubt.weight:.1f}"
    cells = [str(doubt.review_id), "", "", reason(doubt.reason)[0], summary(pair.compared), weight]
    cells += [place["unit_name"], place["school_name"], place["grade"], place["class_no"]]
    for column, text in enumerate(cells, 1):
        _put(sheet.cell(line, column), text).alignment = Alignment(wrap_text=True, vertical="top")
    column = len(cells)
    for comparison in pair.compared:
        for text in (comparison.subject, comparison.child):
            column += 1
            cell = _put(sheet.cell(line, column), text)
            if comparison.state in _MARKS:
                cell.fill = _MARKS[comparison.state]
    _put(sheet.cell(line, column + 1), row_code(list_number, doubt.evidence_hash)).font = Font(color="808080")
    for to_fill in (2, 3):
        cell = sheet.cell(line, to_fill)
        cell.fill, cell.protection = _FILL_IN, Protection(locked=False)


def _choices(sheet: Worksheet, letter: str, choices: list[str], n_rows: int, is_strict: bool) -> None:
    listed = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    listed.showErrorMessage = is_strict
    listed.error, listed.errorTitle = "请从下拉列表中选择。", "裁定"
    listed.add(f"{letter}2:{letter}{n_rows + 1}")
    sheet.add_data_validation(listed)


def _put(cell: Cell, text: str) -> Cell:
    """Always text: a name that begins with = is no formula, and an ID number keeps all its digits."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("□", text) or None
    if text:
        cell.data_type = "s"
    cell.number_format = "@"
    return cell


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
