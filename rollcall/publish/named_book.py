"""A list with names as a workbook: how to use it, and the list; Chinese, nothing to look up."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

HOW_TO = "使用说明"
_HEAD, _MARKED = PatternFill("solid", fgColor="D9E2F3"), PatternFill("solid", fgColor="F8CBAD")


@dataclass(frozen=True)
class Layout:
    """What one kind of list looks like.

    `columns`: header, key of the row or a function of it, width; `n_frozen`: columns that stay in sight; rows of which
    `is_marked` are red in the first `n_marked` columns; `counted`: the word for how many rows there are.
    """

    title: str
    sheet: str
    counted: str
    instructions: tuple[str, ...]
    columns: tuple[tuple[str, str | Callable[[dict], object], int], ...]
    n_frozen: int
    n_marked: int
    is_marked: Callable[[dict], bool]


def write(layout: Layout, rows: Sequence[dict], place: str, access_no: int) -> bytes:
    """The XLSX of a list, in the rows' order. `place`: whose list; `access_no`: its log entry."""
    book = Workbook()
    facts = f"业务日期：{rows[0]['as_of']}    {layout.counted}：{len(rows)}    导出编号：{access_no}"
    _how_to(book.active, [f"点名 · {layout.title} · {place}", *layout.instructions, facts])
    _list(book.create_sheet(layout.sheet), layout, rows)
    book.active = 1
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _how_to(sheet: Worksheet, texts: list[str]) -> None:
    sheet.title = HOW_TO
    sheet.column_dimensions["A"].width = 110
    for n, text in enumerate(texts, 1):
        cell = sheet.cell(n, 1, text)
        cell.font = Font(bold=n == 1, size=16 if n == 1 else 11)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[n].height = 32


def _list(sheet: Worksheet, layout: Layout, rows: Sequence[dict]) -> None:
    for column, (text, key, width) in enumerate(layout.columns, 1):
        head = sheet.cell(1, column, text)
        head.font, head.fill = Font(bold=True), _HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width
        for n, row in enumerate(rows, 1):
            cell = _put(sheet.cell(n + 1, column), key(row) if callable(key) else n if key == "n" else row[key])
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if column <= layout.n_marked and layout.is_marked(row):
                cell.fill = _MARKED
    sheet.freeze_panes = f"{get_column_letter(layout.n_frozen + 1)}2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(layout.columns))}{len(rows) + 1}"
    sheet.page_setup.orientation = "landscape"


def _put(cell: Cell, value: object) -> Cell:
    if isinstance(value, int) or value is None:
        cell.value = value
    else:
        text = value.isoformat() if isinstance(value, date) else str(value)
        # Always text: an ID number keeps its digits, a name that begins with = is no formula.
        cell.value, cell.data_type, cell.number_format = ILLEGAL_CHARACTERS_RE.sub("□", text), "s", "@"
    return cell


def sex(row: dict) -> str:
    return {"1": "男", "2": "女"}.get(row["sex"] or "", "")
