"""Which column a header of a file stands for: names and aliases of the contract, never a guess."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rollcall.contracts.model import Contract

_NOISE = re.compile(r"[\s*★☆\u200b\ufeff]+")
_BUSINESS_NAME, _ALIAS = 0, 1


@dataclass(frozen=True)
class HeaderMatch:
    """How the headers of one file meet a contract. Header texts are as in the file.

    `columns`: column -> position of its header (from 0). `ambiguous`: column -> the headers that claim it
    with equal right; such a column is not in `columns` and not among the missing. `shadowed`: headers left
    aside because a better one names the same column. `unknown`: headers no contract line explains.
    """

    columns: dict[str, int]
    missing_required: list[str]
    missing_optional: list[str]
    unknown: list[str]
    ambiguous: dict[str, list[str]]
    shadowed: list[str]


def normal_header(text: str) -> str:
    """A header without what senders add: NFKC (full-width brackets become plain), no blanks, no `*` `★`."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=64)
def header_table(contract: Contract) -> dict[str, tuple[str, int]]:
    """Normal header -> (column, 0 for its name or 1 for an alias). ValueError if it names two columns."""
    table: dict[str, tuple[str, int]] = {}
    spelled = [(column.zh, column.name, _BUSINESS_NAME) for column in contract.columns]
    spelled += [(alias, column.name, _ALIAS) for column in contract.columns for alias in column.aliases]
    for text, column, priority in spelled:
        known = table.setdefault(normal_header(text), (column, priority))
        if known[0] != column:
            raise ValueError(f"header {text} names both {known[0]} and {column}")
    return table


def resolve_header(contract: Contract, headers: list[str]) -> HeaderMatch:
    """Match the headers of a file, in file order, with the columns of a contract."""
    table = header_table(contract)
    ignored = {normal_header(text) for text in contract.ignored_headers}
    claims: dict[str, dict[int, list[int]]] = {}
    unknown: list[str] = []
    for position, text in enumerate(headers):
        header = normal_header(text or "")
        if header in table:
            column, priority = table[header]
            claims.setdefault(column, {}).setdefault(priority, []).append(position)
        elif header and header not in ignored:
            unknown.append(text)

    columns: dict[str, int] = {}
    ambiguous: dict[str, list[str]] = {}
    shadowed: list[int] = []
    for column, by_priority in claims.items():
        best = min(by_priority)
        if len(by_priority[best]) == 1:
            columns[column] = by_priority[best][0]
        else:
            ambiguous[column] = [headers[position] for position in by_priority[best]]
        shadowed += [p for priority, positions in by_priority.items() if priority > best for p in positions]

    missing = [column for column in contract.columns if column.name not in claims]
    return HeaderMatch(
        columns=columns,
        missing_required=[column.name for column in missing if column.is_required],
        missing_optional=[column.name for column in missing if not column.is_required],
        unknown=unknown,
        ambiguous=ambiguous,
        shadowed=[headers[position] for position in sorted(shadowed)],
    )
