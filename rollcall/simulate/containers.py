"""From a sheet to bytes: CSV, XLSX, real XLS, tab-separated or HTML `.xls`, gzip and zip; the same bytes
each time."""

import gzip
import io

import pyarrow as pa
import pyarrow.csv as pacsv

from rollcall.simulate.habits import Habit
from rollcall.simulate.render import Sheet
from rollcall.simulate.xlsx import MEMBER, header_merges, is_plain_number, two_rows, xlsx
from rollcall.simulate.zipped import zipped

ENDINGS = {
    "csv": ".csv",
    "xlsx": ".xlsx",
    "xls": ".xls",
    "tsv_xls": ".xls",
    "html_xls": ".xls",
    "csv_gz": ".csv.gz",
    "zip": ".zip",
}
HTML_HEAD = '<meta http-equiv="Content-Type" content="text/html; charset=gb18030">'
INSTRUCTIONS = (
    "填表说明：带星号的为必填项，请勿改动表头。",
    "日期、代码请按模板填写，号码类请使用文本格式。",
)


def pack(sheet: Sheet, habit: Habit, total: int | None = None) -> tuple[bytes, int]:
    """The file's bytes and the line of its first data row. `total`: what the totals row states (default:
    the truth)."""
    top = [[text] for text in INSTRUCTIONS[: habit.n_instructions]]
    has_members = habit.has_two_row_header and any(text.startswith(MEMBER) for text in sheet.headers)
    header = two_rows(sheet.headers) if has_members else [list(sheet.headers)]
    first_line = len(top) + len(header) + 1
    bottom = [[f"合计：{sheet.n_rows if total is None else total}人"]] if habit.has_totals else []
    width = len(sheet.headers)
    top, bottom = ([row + [""] * (width - len(row)) for row in rows] for rows in (top, bottom))
    if habit.container == "xlsx":
        merges = header_merges(header, len(top)) if has_members else []
        return xlsx(sheet, top + header, bottom, merges, habit.has_hidden_sheet), first_line
    if habit.container == "xls":
        return _xls(sheet, top + header, bottom), first_line
    if habit.container == "html_xls":
        return _html(sheet, top + header, bottom).encode("gb18030"), first_line
    text = _delimited(sheet, top + header, bottom, "\t" if habit.container == "tsv_xls" else ",")
    data = _encode(text, habit.encoding)
    if habit.container == "csv_gz":
        return gzip.compress(data, compresslevel=1, mtime=0), first_line
    if habit.container == "zip":
        return zipped({"data.csv": data}), first_line
    return data, first_line


def _encode(text: bytes, encoding: str) -> bytes:
    if encoding == "utf-8":
        return text
    return b"\xef\xbb\xbf" + text if encoding == "utf-8-sig" else text.decode("utf-8").encode(encoding)


def _delimited(sheet: Sheet, above: list[list[str]], below: list[list[str]], delimiter: str) -> bytes:
    sink = io.BytesIO()
    table = pa.Table.from_arrays(sheet.cells, names=[str(place) for place in range(len(sheet.cells))])
    options = pacsv.WriteOptions(include_header=False, delimiter=delimiter, quoting_style="none")
    pacsv.write_csv(table, sink, options)
    lines = [(delimiter.join(row) + "\n").encode() for row in above]
    return b"".join(lines) + sink.getvalue() + b"".join((delimiter.join(row) + "\n").encode() for row in below)


def _xls(sheet: Sheet, above: list[list[str]], below: list[list[str]]) -> bytes:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("学籍信息表")
    for line, row in enumerate(above):
        for place, text in enumerate(row):
            if text:
                page.write(line, place, text)
    for place, (cells, numeric) in enumerate(zip(sheet.cells, sheet.numeric, strict=True)):
        for line, text in enumerate(cells.to_pylist(), len(above)):
            if text:
                page.write(line, place, float(text) if numeric and is_plain_number(text) else text)
    for line, row in enumerate(below, len(above) + sheet.n_rows):
        page.write(line, 0, row[0])
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def _html(sheet: Sheet, above: list[list[str]], below: list[list[str]]) -> str:
    columns = [cells.to_pylist() for cells in sheet.cells]
    rows = [*above, *zip(*columns, strict=True), *below]
    body = "".join("<tr><td>" + "</td><td>".join(row) + "</td></tr>\n" for row in rows)
    return f'<html><head>{HTML_HEAD}</head><body><table border="1">\n{body}</table></body></html>'
