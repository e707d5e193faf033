"""Collect the rows below a header, one by one: the exact way, for every kind of file."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from rollcall.contracts.model import Contract
from rollcall.ingest.read import tail
from rollcall.ingest.read.header import Header, Row
from rollcall.ingest.read.reading import MAX_FAULTS, ReadRefused, fault, refuse


@dataclass(frozen=True)
class Body:
    """The data rows of a file. `totals`: what its totals rows declare, in any order."""

    table: pa.Table
    totals: list[int]


def collect(rows: Iterable[Row], header: Header, contract: Contract) -> Body:
    """Rows below the header as a table. Raises ReadRefused(ragged_row) and names the lines.

    Blank rows are left out; the lines of the others stay those of the file.
    """
    columns = header.match.columns
    picked: list[list[str]] = [[] for _ in columns]
    takes = [(cells.append, position) for cells, position in zip(picked, columns.values(), strict=True)]
    lines: list[int] = []
    last: deque[Sequence[str]] = deque(maxlen=tail.DEPTH)
    ragged: list[tuple[int, int, int]] = []
    width = header.width
    for line, cells in rows:
        if tail.is_blank(cells):
            continue
        n_cells = len(cells)
        if n_cells != width and not _fits(cells, header):
            ragged.append((len(lines), line, n_cells))
            if len(ragged) > tail.DEPTH + MAX_FAULTS:
                break
        for take, position in takes:
            take(cells[position] if position < n_cells else "")
        lines.append(line)
        last.append(cells)

    totals: list[int] = []
    n_data = len(lines)
    while last and tail.is_tail(last[-1], header, contract):
        declared = tail.declared_rows(last.pop(), header, contract)
        totals += [declared] if declared is not None else []
        n_data -= 1
    faults = [
        fault("ragged_row", line=line, expected=width, found=n_cells)
        for index, line, n_cells in ragged
        if index < n_data
    ]
    if faults:
        raise ReadRefused(faults)
    data = {name: cells[:n_data] for name, cells in zip(columns, picked, strict=True)}
    return Body(to_table(lines[:n_data], data, contract), totals)


def to_table(
    lines: Sequence[int] | pa.Array, data: dict[str, Sequence[str] | pa.Array], contract: Contract
) -> pa.Table:
    """`line` and every column of the contract; a column that the file does not carry is null throughout."""
    try:
        arrays = [pa.array(lines, pa.int32())]
        arrays += [
            _text(data[column.name]) if column.name in data else pa.nulls(len(lines), pa.string())
            for column in contract.columns
        ]
    except UnicodeEncodeError as error:
        raise refuse("characters_lost") from error
    return pa.table(arrays, names=["line", *(column.name for column in contract.columns)])


def _text(cells: Sequence[str] | pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    return cells if isinstance(cells, pa.Array | pa.ChunkedArray) else pa.array(cells, pa.string())


def _fits(cells: Sequence[str], header: Header) -> bool:
    """A row of another width than the header holds no surprise if only blanks are over or missing."""
    if len(cells) > header.width:
        return tail.is_blank(cells[header.width :])
    return False
