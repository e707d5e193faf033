"""Read one delivered file against its contract."""

from pathlib import Path

from rollcall.contracts.model import Contract
from rollcall.ingest.read import delimited, html
from rollcall.ingest.read.container import Content, open_container
from rollcall.ingest.read.encoding import broken_utf8, to_utf8
from rollcall.ingest.read.fast import read_fast
from rollcall.ingest.read.header import DEPTH, Header, check_header, find_header
from rollcall.ingest.read.reading import Reading, ReadRefused, fault, refuse
from rollcall.ingest.read.rows import Body, collect
from rollcall.ingest.read.spreadsheet import Sheet, read_workbook


def read_file(path: Path, contract: Contract, file_name: str) -> Reading:
    """Read the file at `path`. What it is follows from its bytes; `file_name` is not used to guess anything.

    Raises ReadRefused, and nothing else, for whatever is wrong with the content of the file; OSError if it
    cannot be opened.
    """
    content = open_container(path)
    if content.form == "text":
        return _read_text(content, contract)
    return _read_sheets(read_workbook(content.data, content.form), contract, content.container, "workbook")


def _read_text(content: Content, contract: Contract) -> Reading:
    text, encoding = to_utf8(content.data)
    if not text[:4096].strip() and not text.strip():
        raise refuse("empty_file")
    if html.is_html(text):
        container = content.container.removesuffix("text") + "html"
        return _read_sheets(html.read_html(text), contract, container, encoding)
    delimiter, peeked, header = delimited.sniff(text, contract)
    try:
        header = check_header(header, peeked, contract)
    except ReadRefused as refused:
        if encoding == "gb18030" and refused.faults[0].rule in ("no_header", "header_missing"):
            broken_utf8(content.data)
        raise
    body = read_fast(text, delimiter, header, contract)
    if body is None:
        body = collect(delimited.rows(text, delimiter, header.line), header, contract)
    form = "tsv" if delimiter == "\t" else "csv"
    return _reading(body, header, contract, content.container.removesuffix("text") + form, encoding)


def _read_sheets(sheets: list[Sheet], contract: Contract, container: str, encoding: str) -> Reading:
    if not sheets:
        raise refuse("empty_file")
    found = [(sheet, find_header(sheet.rows[:_SEARCHED], contract)) for sheet in sheets]
    complete = [pair for pair in found if pair[1] is not None and pair[1].is_complete]
    if len(complete) > 1:
        raise refuse("too_many_sheets", found=[sheet.name for sheet, _ in complete])
    sheet, header = (complete or sorted(found, key=_n_known))[-1]
    header = check_header(header, sheet.rows[:_SEARCHED], contract)
    below = (row for row in sheet.rows if row[0] > header.line)
    return _reading(collect(below, header, contract), header, contract, container, encoding)


_SEARCHED = DEPTH + 1


def _n_known(pair: tuple[Sheet, Header | None]) -> int:
    return len(pair[1].match.columns) if pair[1] is not None else 0


def _reading(body: Body, header: Header, contract: Contract, container: str, encoding: str) -> Reading:
    # An empty list of events is an answer; an empty snapshot would end everything it does not name.
    if body.table.num_rows == 0 and contract.history == "snapshot":
        raise refuse("empty_file")
    totals = sorted(set(body.totals))
    return Reading(
        table=body.table,
        container=container,
        encoding=encoding,
        header_line=header.line,
        n_rows=body.table.num_rows,
        total_declared=totals[0] if len(totals) == 1 else None,
        unknown_headers=header.match.unknown,
        missing_optional=header.match.missing_optional,
        faults=[fault("totals_mismatch", found=totals)] if len(totals) > 1 else [],
    )
