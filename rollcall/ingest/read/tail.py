"""The last rows of a file that are no data: totals (合计 …, 共 312 人) and who filled in the form."""

import re
import unicodedata
from collections.abc import Sequence

from rollcall.contracts.model import Contract
from rollcall.ingest.read.header import Header

DEPTH = 12
_TOTALS = re.compile(
    r"^(本页|全部|全校|全区|全县)?(合计|总计|小计|共计|总人数|总数|共有?[0-9,]+(人|名|条|行|户|所|笔|个))"
)
_FOOTER = re.compile(r"^(填表|制表|审核|复核|经办|负责|单位负责|填报|报送|上报|导出)(人|日期|时间|单位|员|)[::]")
_COUNTED = re.compile(r"([0-9][0-9,]*)(人次|人|名|条|行|户|所|笔|个)")
_NUMBER = re.compile(r"^[0-9][0-9,]*(\.0+)?$")
_SUMMED = frozenset({"count", "money", "decimal"})


def is_blank(cells: Sequence[str]) -> bool:
    return not any(cell.strip(" \t\r\n\v\f\u00a0\u3000\u200b\ufeff") for cell in cells)


def is_tail(cells: Sequence[str], header: Header, contract: Contract) -> bool:
    """True of a totals row or a footer: it begins like one and leaves most mandatory columns blank."""
    first = next((text for text in map(_plain, cells) if text), "")
    if not (_TOTALS.match(first) or _FOOTER.match(first)):
        return False
    required = [header.match.columns[column.name] for column in contract.columns if column.is_required]
    n_filled = sum(1 for position in required if position < len(cells) and _plain(cells[position]))
    return n_filled * 2 <= len(required) + 1


def declared_rows(cells: Sequence[str], header: Header, contract: Contract) -> int | None:
    """How many rows a totals row speaks of. A sum under a column of amounts is no number of rows."""
    texts = [_plain(cell) for cell in cells]
    if not _TOTALS.match(next((text for text in texts if text), "")):
        return None
    for text in texts:
        counted = _COUNTED.search(text)
        if counted:
            return int(counted.group(1).replace(",", ""))
    summed = {header.match.columns.get(column.name) for column in contract.of_kind(*_SUMMED)}
    numbers = [text for i, text in enumerate(texts) if i not in summed and _NUMBER.match(text)]
    first = re.search(r"[0-9][0-9,]*$", next(text for text in texts if text))
    if first:
        return int(first.group().replace(",", ""))
    return int(numbers[0].split(".")[0].replace(",", "")) if len(numbers) == 1 else None


def _plain(cell: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", cell))
