"""Reads a file without our reader, through csv, openpyxl, calamine and html.parser, to compare cells with."""

import csv
import gzip
import io
import zipfile
from html.parser import HTMLParser

from rollcall.contracts import Contract
from rollcall.contracts.headers import normal_header
from rollcall.ingest.read import Reading
from rollcall.ingest.read.cell import cell_text

Rows = dict[int, list[str]]
_BLANK = " \t\r\n\v\f\u00a0\u3000\u200b\ufeff"


def differences(data: bytes, reading: Reading, contract: Contract) -> list[str]:
    """What an independent reader finds otherwise in these bytes; empty when every row and cell agrees."""
    found = [_compare(rows, reading, contract) for rows in tables(data, reading)]
    return min(found, key=len) if found else ["the independent reader finds no table"]


def tables(data: bytes, reading: Reading) -> list[Rows]:
    """Every table of the file as line -> cells."""
    outer, _, form = reading.container.rpartition("+")
    if outer == "gzip":
        data = gzip.decompress(data)
    if outer == "zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read(archive.namelist()[0])
    return {"csv": _csv, "tsv": _csv, "html": _html, "xlsx": _xlsx, "xls": _xls}[form](data, reading.encoding)


def _compare(rows: Rows, reading: Reading, contract: Contract) -> list[str]:
    positions = _positions(rows, reading, contract)
    wrong, seen = [], set()
    for row in reading.table.to_pylist():
        line = row.pop("line")
        seen.add(line)
        for name, value in row.items():
            cells = rows.get(line, [])
            theirs = cells[positions[name]] if name in positions and positions[name] < len(cells) else None
            if value != theirs and not (value == "" and theirs is None and name in positions):
                wrong.append(f"line {line}, {name}: {value!r} is {theirs!r}")
    left = {line for line, cells in rows.items() if line > reading.header_line and any(c.strip(_BLANK) for c in cells)}
    tails = {line for line in left - seen if _first(rows[line]).startswith(("合计", "共", "总计"))}
    return wrong + [f"line {line} is missing" for line in sorted(left - seen - tails)]


def _positions(rows: Rows, reading: Reading, contract: Contract) -> dict[str, int]:
    header = [normal_header(text) for text in rows.get(reading.header_line, [])]
    found = {}
    for column in contract.columns:
        for text in (column.zh, *column.aliases):
            if normal_header(text) in header:
                found[column.name] = header.index(normal_header(text))
                break
    return found


def _first(cells: list[str]) -> str:
    return next((cell.strip() for cell in cells if cell.strip()), "")


def _csv(data: bytes, encoding: str) -> list[Rows]:
    text = data.decode(encoding.removesuffix("-bom")).removeprefix("\ufeff")
    found = []
    for delimiter in ",\t;|":
        reader, rows, line = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), {}, 1
        for cells in reader:
            rows[line] = cells
            line = reader.line_num + 1
        found.append(rows)
    return found


def _xlsx(data: bytes, _: str) -> list[Rows]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), data_only=True)
    return [
        {i: [cell_text(value) for value in row] for i, row in enumerate(sheet.iter_rows(values_only=True), start=1)}
        for sheet in book.worksheets
    ]


def _xls(data: bytes, _: str) -> list[Rows]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = (book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names)
    return [{i: [cell_text(v) for v in row] for i, row in enumerate(sheet, start=1)} for sheet in sheets]


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: Rows = {}
        self.cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "tr":
            self.rows[len(self.rows) + 1] = []
        elif tag in ("td", "th"):
            self.cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self.cell is not None and self.rows:
            self.rows[len(self.rows)].append("".join(self.cell).strip(" \t\r\n\f"))
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)


def _html(data: bytes, encoding: str) -> list[Rows]:
    parser = _Tables()
    text = data.decode(encoding.removesuffix("-bom")).removeprefix("\ufeff")
    parser.feed(text.replace("\r\n", "\n").replace("\r", "\n"))  # as HTML says a parser must
    return [parser.rows]
