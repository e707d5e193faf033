"""Delimited text: which delimiter, and its rows with the line each starts on."""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from rollcall.contracts.model import Contract
from rollcall.ingest.read.header import DEPTH, Header, Row, find_header
from rollcall.ingest.read.reading import refuse

DELIMITERS = (",", "\t", ";", "|")
_PEEK = 256 << 10


def sniff(text: bytes, contract: Contract) -> tuple[str, list[Row], Header | None]:
    """The delimiter under which the header names most columns, the first rows so split, and the header."""
    best: tuple[str, list[Row], Header | None] | None = None
    for delimiter in DELIMITERS:
        peeked = peek(text, delimiter)
        header = find_header(peeked, contract)
        if best is None or (header is not None and (best[2] is None or header.score > best[2].score)):
            best = (delimiter, peeked, header)
    return best


def peek(text: bytes, delimiter: str) -> list[Row]:
    """The first rows. Whatever is wrong with the quoting there is left for `rows` to tell."""
    head = text[:_PEEK].decode("utf-8", errors="ignore")
    found: list[Row] = []
    with suppress(csv.Error):
        found.extend(islice(_rows(io.StringIO(head, newline=""), delimiter), DEPTH + 2))
    return found


def rows(text: bytes, delimiter: str, after_line: int) -> Iterator[Row]:
    """Rows that start below `after_line`, as the csv module reads them. Raises ReadRefused(ragged_row)."""
    stream = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="")
    last = 0
    try:
        for line, cells in _rows(stream, delimiter):
            last = line
            if line > after_line:
                yield line, cells
    except csv.Error as error:
        raise refuse("ragged_row", line=last + 1, found=_plain_words(error)) from error


def _rows(stream: io.TextIOBase, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _plain_words(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end" in text:
        return "引号未闭合 / a quotation mark is never closed"
    if "expected after" in text:
        return "引号后有多余字符 / text after a closing quotation mark"
    if "field larger" in text:
        return "单元格过长 / a cell without end"
    return "无法拆分 / cannot be split into cells"
