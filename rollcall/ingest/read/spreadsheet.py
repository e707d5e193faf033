"""Workbooks, XLSX and real XLS: the visible sheets, each as rows of cell texts."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rollcall.ingest.read.cell import cell_text
from rollcall.ingest.read.header import Row
from rollcall.ingest.read.reading import refuse

# Errors (#N/A) and escaped characters, which calamine does not hand on as they are.
_ERROR, _ESCAPE = b't="e"', re.compile(rb"_x[0-9A-Fa-f]{4}_")


@dataclass(frozen=True)
class Sheet:
    """One visible sheet or table. A row's line is its number in the sheet, from 1."""

    name: str
    rows: list[Row]


def read_workbook(data: bytes, form: str) -> list[Sheet]:
    """Visible sheets with anything in them; hidden ones hold drop-down lists. Raises ReadRefused."""
    read = _read_xls if form == "xls" else _read_xlsx
    try:
        sheets = list(read(data))
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # parsers of damaged workbooks raise anything; calamine's panics are no Exception
        if "ncrypt" in f"{error}" or "assword" in f"{error}":
            raise refuse("encrypted_file") from None
        raise refuse("unreadable_container", found=form) from None
    if any("\x00" in cell for sheet in sheets for _, row in sheet.rows[:1] for cell in row):
        raise refuse("encoding_unreadable")
    return [sheet for sheet in sheets if any(any(cells) for _, cells in sheet.rows)]


def _read_xlsx(data: bytes) -> Iterator[Sheet]:
    if _needs_openpyxl(data):
        yield from _read_exact(data)
        return
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for index, about in enumerate(workbook.sheets_metadata):
        if about.visible == SheetVisibleEnum.Visible and about.typ == SheetTypeEnum.WorkSheet:
            cells = workbook.get_sheet_by_index(index).to_python(skip_empty_area=False)
            yield Sheet(about.name, _rows(cells))


def _needs_openpyxl(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for item in archive.infolist():
            if item.filename.startswith("xl/worksheets/") or item.filename == "xl/sharedStrings.xml":
                with archive.open(item) as stream:
                    before = b""
                    while chunk := stream.read(1 << 20):
                        text = before + chunk
                        if _ERROR in text or (b"_x" in text and _ESCAPE.search(text)):
                            return True
                        before = chunk[-8:]
    return False


def _read_exact(data: bytes) -> Iterator[Sheet]:
    import warnings

    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on dates out of range, naming the cell's value
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()
                yield Sheet(sheet.title, _rows(sheet.iter_rows(values_only=True)))


def _read_xls(data: bytes) -> Iterator[Sheet]:
    import xlrd

    workbook = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
    for index in range(workbook.nsheets):
        sheet = workbook.sheet_by_index(index)
        if sheet.visibility == 0:
            cells = (
                [
                    _xls_value(*pair, workbook.datemode)
                    for pair in zip(sheet.row_types(i), sheet.row_values(i), strict=True)
                ]
                for i in range(sheet.nrows)
            )
            yield Sheet(sheet.name, _rows(cells))
        workbook.unload_sheet(index)


def _xls_value(cell_type: int, value: Any, datemode: int) -> Any:
    import xlrd

    if cell_type == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(value, datemode)
        except (ValueError, OverflowError):
            return value
    if cell_type == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if cell_type == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "#ERR")
    return value


def _rows(cells: Any) -> list[Row]:
    texts = [[v if type(v) is str else cell_text(v) for v in row] for row in cells]
    width = max(map(len, texts), default=0)
    return [(i, row + [""] * (width - len(row))) for i, row in enumerate(texts, start=1)]
