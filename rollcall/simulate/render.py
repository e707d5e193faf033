"""From values to the text a sender writes: codes as names, dates in one of five forms, money in yuan."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rollcall.contracts.codes import code_list
from rollcall.contracts.model import Column, Contract
from rollcall.simulate.clock import EPOCH, to_date
from rollcall.simulate.habits import Habit

BLANK = -1
SERIAL_ZERO = (EPOCH - date(1899, 12, 30)).days
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass
class Sheet:
    """What one file holds: header texts, columns of text, the contract's name of each (None: one we never
    load)."""

    headers: list[str]
    names: list[str | None]
    cells: list[pa.Array]
    numeric: list[bool]

    @property
    def n_rows(self) -> int:
        return len(self.cells[0])

    def place(self, name: str) -> int:
        return self.names.index(name)


def render(contract: Contract, values: dict, habit: Habit, seed: int = 0) -> Sheet:
    """The contract's columns in its order as one sender writes them.

    `values`: column -> array. Codes are text (blank ""), dates days since 1970 (BLANK = none), months YYYYMM,
    flags bool, counts int (BLANK = none), money fen, everything else text.
    """
    columns = [column for column in contract.columns if column.name in values]
    cells = [_cells(column, values[column.name], habit) for column in columns]
    if habit.is_sloppy:
        cells = [_sloppy(column, text, seed) for column, text in zip(columns, cells, strict=True)]
    return Sheet(
        headers=[_header(column, habit, place) for place, column in enumerate(columns)],
        names=[column.name for column in columns],
        cells=cells,
        numeric=[column.kind in ("count", "grade", "money", "decimal") for column in columns],
    )


def _header(column: Column, habit: Habit, place: int) -> str:
    text = column.zh
    if habit.header == "alias" and column.aliases:
        text = column.aliases[place % len(column.aliases)]
    elif habit.header == "star" and column.is_required:
        text = "*" + text
    elif habit.header == "spaces":
        text = f"{text[0]} {text[1:]} " if len(text) == 2 else text + " "
    elif habit.header == "wide_brackets":
        text = text.replace("(", "（").replace(")", "）")
    return text


def text_of(values) -> pa.Array:
    """Text, bytes or numbers as an Arrow array of strings."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if values.dtype.kind == "S":
        return pa.array(values).cast(pa.string())
    if values.dtype.kind in "iu":
        return pa.array(values).cast(pa.string())
    return pa.array(values.astype(object) if values.dtype.kind == "U" else values, pa.string())


def _cells(column: Column, values, habit: Habit) -> pa.Array:
    kind = column.kind
    if kind == "code":
        return _codes(column, np.asarray(values), habit)
    if kind in ("date", "birth_date"):
        return dates(np.asarray(values), habit.date_style)
    if kind == "flag":
        yes, no = ("1", "0") if habit.flag_style == "digit" else ("是", "否")
        return pc.if_else(pa.array(np.asarray(values, bool)), yes, no)
    if kind == "month":
        return _months(np.asarray(values), habit)
    if kind == "money":
        return _yuan(np.asarray(values))
    if kind in ("count", "grade") and not isinstance(values, pa.Array):
        numbers = np.asarray(values)
        text = text_of(numbers)
        return pc.if_else(pa.array(numbers == BLANK), "", text) if (numbers == BLANK).any() else text
    return text_of(values)


def _codes(column: Column, values: np.ndarray, habit: Habit) -> pa.Array:
    coded = pa.array(values).dictionary_encode()
    names = code_list(column.codes).codes
    style = {"code": "{0}", "name": "{1}", "both": "{0}-{1}"}[habit.code_style]
    texts = [style.format(code, names[code][0]) if code else "" for code in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)


def dates(days: np.ndarray, style: str) -> pa.Array:
    """Days as text in one of the five forms of habits.DATE_STYLES; BLANK as an empty cell."""
    return _by_value(days, lambda day: _date(day, style))


def _by_value(numbers: np.ndarray, write: Callable[[int], str]) -> pa.Array:
    """The text of each number, written once for each different number."""
    coded = pa.array(numbers).dictionary_encode()
    texts = [write(number) for number in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)


@cache
def _date(number: int, style: str) -> str:
    if number == BLANK:
        return ""
    day = to_date(number)
    if style == "digits":
        return f"{day:%Y%m%d}"
    if style == "slashes":
        return f"{day.year}/{day.month}/{day.day}"
    if style == "chinese":
        return f"{day.year}年{day.month}月{day.day}日"
    return str(number + SERIAL_ZERO) if style == "serial" else day.isoformat()


def _months(values: np.ndarray, habit: Habit) -> pa.Array:
    form = "{0}{1:02d}" if habit.date_style in ("digits", "serial") else "{0}-{1:02d}"
    return _by_value(values, lambda month: form.format(month // 100, month % 100))


def _yuan(fen: np.ndarray) -> pa.Array:
    return _by_value(fen, lambda value: str(value // 100) if value % 100 == 0 else f"{value / 100:.2f}")


def _sloppy(column: Column, text: pa.Array, seed: int) -> pa.Array:
    """A few cells typed carelessly in ways that harm nothing: blanks, an apostrophe, full-width digits, a
    small x."""
    if column.kind not in ("id_number", "name", "roll_number") or len(text) < 20:
        return text
    cells = text.to_pylist()
    start = (seed * 7 + len(column.name)) % 17
    for row in range(start, len(cells), 41):
        way = row // 41 % 4
        if not cells[row]:
            continue
        if column.kind == "name":
            cells[row] = f"{cells[row][0]}  {cells[row][1:]}" if way == 0 else cells[row] + "\u00a0"
        elif way == 0:
            cells[row] = cells[row].replace("X", "x") + " "
        elif way == 1:
            cells[row] = "'" + cells[row]
        elif way == 2:
            cells[row] = cells[row].translate(FULL_WIDTH)
    return pa.array(cells, pa.string())
