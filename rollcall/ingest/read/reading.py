"""What reading a file gives: its rows as text, or the reasons why it cannot be read."""

from dataclasses import dataclass, field

import pyarrow as pa

from rollcall.contracts.model import Column
from rollcall.contracts.rules import rule_text

MAX_FAULTS = 20


@dataclass(frozen=True)
class Fault:
    """One reason to refuse a delivery. `column` is the contract's name; a personal `value` is masked."""

    rule: str
    zh: str
    en: str
    line: int | None = None
    column: str | None = None
    value: str | None = None


class ReadRefused(Exception):
    """The file cannot be read with certainty. `faults`: at least one, at most MAX_FAULTS."""

    def __init__(self, faults: list[Fault]):
        super().__init__("; ".join(sorted({fault.rule for fault in faults})))
        self.faults = faults[:MAX_FAULTS]


@dataclass(frozen=True)
class Reading:
    """One file, read.

    `table`: `line` (int32, physical line or row of the file, from 1) and every contract column as the text
    that the file has; a column that the file does not carry is null, an empty cell is ''. `header_line`: last
    line of the header. `total_declared`: rows the totals row speaks of. `faults`: readable, but to be refused
    all the same.
    """

    table: pa.Table
    container: str
    encoding: str
    header_line: int
    n_rows: int
    total_declared: int | None
    unknown_headers: list[str]
    missing_optional: list[str]
    faults: list[Fault] = field(default_factory=list)


def fault(
    rule: str,
    *,
    line: int | None = None,
    column: Column | None = None,
    value: str | None = None,
    **facts: object,
) -> Fault:
    """A fault with its text in both languages; `facts` fill the further places of the rule's text."""
    shown = mask(value) if value and column is not None and column.is_personal else value
    name = column.zh if column is not None else facts.pop("header", None)
    zh, en = rule_text(rule, line=line, column=name, value=shown, **facts)
    return Fault(rule, zh, en, line, column.name if column is not None else None, shown)


def refuse(rule: str, **facts: object) -> ReadRefused:
    """A refusal for one reason, ready to be raised; see `fault`."""
    return ReadRefused([fault(rule, **facts)])


def mask(value: str) -> str:
    """The first character, then asterisks: enough to find the cell, too little to know the person."""
    return value[:1] + "***"
