"""Find the header in the first rows of a file: below instructions, on one row or on two (成员1 over 姓名)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rollcall.contracts.headers import HeaderMatch, header_table, normal_header, resolve_header
from rollcall.contracts.load import contracts
from rollcall.contracts.model import Contract
from rollcall.ingest.read.reading import Fault, ReadRefused, fault, refuse

DEPTH = 20
# A band over many columns (学生基本信息) says nothing of its own; any other upper cell is part of the name
# below.
_BAND = re.compile(r"(信息|情况|资料|数据|内容)(表)?$")
Row = tuple[int, Sequence[str]]


@dataclass(frozen=True)
class Header:
    """`index`: its first row among those searched; `line`: of its last row; `width`: cells to its end."""

    index: int
    n_rows: int
    line: int
    texts: list[str]
    match: HeaderMatch

    @property
    def width(self) -> int:
        return max((i + 1 for i, text in enumerate(self.texts) if text.strip()), default=0)

    @property
    def is_complete(self) -> bool:
        return not self.match.missing_required

    @property
    def score(self) -> tuple[bool, int, int, int]:
        return (self.is_complete, len(self.match.columns), -self.n_rows, -self.index)


def find_header(rows: Sequence[Row], contract: Contract) -> Header | None:
    """The header among the first rows: the first with every mandatory column, else that which names most."""
    best: Header | None = None
    for index in range(min(len(rows), DEPTH)):
        candidates = [_candidate(rows, index, 1, contract)]
        if index + 1 < len(rows):
            candidates.append(_candidate(rows, index, 2, contract))
        for candidate in candidates:
            if candidate.match.columns and (best is None or candidate.score > best.score):
                best = candidate
        if best is not None and best.is_complete and index > best.index:
            break
    return best


def check_header(header: Header | None, rows: Sequence[Row], contract: Contract) -> Header:
    """The header, if every column it must name is named once. Raises ReadRefused and says what is wrong."""
    if header is None or not header.is_complete:
        other = _other_feed(header, rows, contract)
        if other is not None:
            raise refuse("wrong_feed", expected=contract.zh, found=other.zh)
    if header is None:
        raise refuse("no_header")
    faults = _faults(header, contract)
    if faults:
        raise ReadRefused(faults)
    return header


def _faults(header: Header, contract: Contract) -> list[Fault]:
    match = header.match
    if match.missing_required:
        if any("\ufffd" in text for text in header.texts):
            return [fault("characters_lost", line=header.line)]
        if len(match.columns) < 2:
            return [fault("no_header")]
    found = [fault("header_missing", line=header.line, column=contract.column(name)) for name in match.missing_required]
    for name, texts in match.ambiguous.items():
        is_same = len({normal_header(text) for text in texts}) == 1
        rule = "header_repeated" if is_same else "header_ambiguous"
        found.append(fault(rule, line=header.line, column=contract.column(name), headers=texts))
    return found


def _other_feed(header: Header | None, rows: Sequence[Row], contract: Contract) -> Contract | None:
    n_known = len(header.match.columns) if header else 0
    best, best_score = None, (n_known, 0)
    for other in contracts().values():
        found = find_header(rows, other) if other.name != contract.name else None
        if found is not None and found.is_complete:
            score = (len(found.match.columns), -len(found.match.unknown))
            if score > best_score:
                best, best_score = other, score
    return best


def _candidate(rows: Sequence[Row], index: int, n_rows: int, contract: Contract) -> Header:
    line, texts = rows[index]
    if n_rows == 2:
        line, texts = rows[index + 1][0], _merge(texts, rows[index + 1][1], contract)
    return Header(index, n_rows, line, list(texts), resolve_header(contract, list(texts)))


def _merge(upper: Sequence[str], lower: Sequence[str], contract: Contract) -> list[str]:
    known = header_table(contract)
    ignored = {normal_header(text) for text in contract.ignored_headers}
    merged, group = [], ""
    for position in range(max(len(upper), len(lower))):
        above = upper[position] if position < len(upper) else ""
        below = lower[position] if position < len(lower) else ""
        if above.strip():
            # A merged cell keeps its text in the first of its columns; one that stands alone covers no other.
            group = above if below.strip() else ""
        if not below.strip():
            merged.append(above)
        elif not group.strip():
            merged.append(below)
        else:
            both = normal_header(group + below)
            is_name = both in known or both in ignored or not _BAND.search(normal_header(group))
            merged.append(group + below if is_name else below)
    return merged
