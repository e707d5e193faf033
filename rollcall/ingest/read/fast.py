"""Delimited text in bulk through Arrow, only where it cannot read anything else than the csv module would.

That is: quotes only around whole cells and never inside one, no line break in a cell, no lone carriage
return, no blank line, and as many cells in each row as in the header. Anything else goes the exact way
(`rows.collect`).
"""

import csv

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from rollcall.contracts.model import Contract
from rollcall.ingest.read import tail
from rollcall.ingest.read.header import Header
from rollcall.ingest.read.rows import Body, to_table

_QUOTE, _LF, _CR = 34, 10, 13


def read_fast(text: bytes, delimiter: str, header: Header, contract: Contract) -> Body | None:
    """The rows below the header, or None where this way might not be exact."""
    start = _after(text, header.line)
    # Cells to the right of the last header may hold something; only the exact way looks.
    if header.width != len(header.texts) or start is None or not _is_plain(text, start, delimiter):
        return None
    end, totals = _cut_tail(text, start, delimiter, header, contract)
    columns = header.match.columns
    if end <= start:
        return Body(to_table([], {name: [] for name in columns}, contract), totals)
    table = _parse(text, start, end, delimiter, len(header.texts), sorted(set(columns.values())))
    n_lines = text.count(b"\n", start, end) + (text[end - 1] != _LF)
    if table is None or table.num_rows != n_lines:
        return None
    data = {name: table.column(str(position)) for name, position in columns.items()}
    if _has_blank_row(data, contract):
        return None
    lines = pa.array(np.arange(header.line + 1, header.line + 1 + n_lines, dtype=np.int32))
    return Body(to_table(lines, data, contract), totals)


def _after(text: bytes, n_lines: int) -> int | None:
    position = 0
    for _ in range(n_lines):
        found = text.find(b"\n", position)
        if found < 0:
            return len(text)
        position = found + 1
    head = text[:position]
    # An odd quote means that the header itself runs over several lines.
    is_plain = head.count(b"\r") == head.count(b"\r\n") and head.count(b'"') % 2 == 0
    return position if is_plain else None


def _is_plain(text: bytes, start: int, delimiter: str) -> bool:
    if text.find(b"\r", start) >= 0 and text.count(b"\r", start) != text.count(b"\r\n", start):
        return False
    if text.find(b'"', start) < 0:
        return True
    body = np.frombuffer(text, np.uint8, offset=start)
    quotes = np.flatnonzero(body == _QUOTE)
    if len(quotes) % 2:
        return False
    edges = np.zeros(256, bool)
    edges[[ord(delimiter), _LF, _CR]] = True
    before, after = quotes[0::2] - 1, quotes[1::2] + 1
    opens = edges[body[before[before >= 0]]].all()
    closes = edges[body[after[after < len(body)]]].all()
    breaks = np.flatnonzero(body == _LF)
    return bool(opens and closes and not (np.searchsorted(quotes, breaks) % 2).any())


def _cut_tail(text: bytes, start: int, delimiter: str, header: Header, contract: Contract) -> tuple[int, list[int]]:
    """Where the data ends: before blank lines, totals and footers."""
    end, totals, n_tails = len(text), [], 0
    while end > start and n_tails < tail.DEPTH:
        last = text.rfind(b"\n", start, end - 1) + 1 or start
        line = text[last:end].decode("utf-8").strip("\r\n")
        cells = next(csv.reader([line], delimiter=delimiter), [])
        if not tail.is_blank(cells):
            if not tail.is_tail(cells, header, contract):
                break
            n_tails += 1
            declared = tail.declared_rows(cells, header, contract)
            totals += [declared] if declared is not None else []
        end = last
    return end, totals


def _parse(text: bytes, start: int, end: int, delimiter: str, n_cells: int, wanted: list[int]) -> pa.Table | None:
    names = [str(position) for position in range(n_cells)]
    has_quotes = text.find(b'"', start, end) >= 0
    try:
        return pacsv.read_csv(
            pa.BufferReader(pa.py_buffer(text).slice(start, end - start)),
            pacsv.ReadOptions(column_names=names, block_size=4 << 20),
            pacsv.ParseOptions(delimiter=delimiter, quote_char='"' if has_quotes else False, double_quote=False),
            pacsv.ConvertOptions(
                check_utf8=False,
                column_types={str(position): pa.string() for position in wanted},
                include_columns=[str(position) for position in wanted],
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None


def _has_blank_row(data: dict[str, pa.ChunkedArray], contract: Contract) -> bool:
    """True if the mandatory cells of some row are all blank: whether all are, the exact way must tell."""
    required = [data[column.name] for column in contract.columns if column.is_required]
    blank = None
    for cells in required:
        here = pc.match_substring_regex(cells, r"^[\s\x{00a0}\x{3000}\x{200b}\x{feff}]*$")
        blank = here if blank is None else pc.and_(blank, here)
        if not pc.any(blank).as_py():
            return False
    return True
