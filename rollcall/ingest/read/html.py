"""HTML tables, as web systems export them under the name of a spreadsheet."""

from collections.abc import Iterator

from rollcall.ingest.read.header import Row
from rollcall.ingest.read.reading import refuse
from rollcall.ingest.read.spreadsheet import Sheet

_BLANK = " \t\r\n\f"


def is_html(text: bytes) -> bool:
    """True when the text starts as a document of tags and holds a table."""
    return text[:4096].lstrip().startswith(b"<") and b"<table" in text[: 1 << 20].lower()


def read_html(text: bytes) -> list[Sheet]:
    """Every table of the document. A row's line is its number in the table, from 1.

    Cell text is kept but for blanks and line ends around it, which no browser shows. Raises ReadRefused
    (unreadable_container) where tags are missing: a parser would mend that, and lose rows of a file that was
    cut.
    """
    from lxml import etree, html

    lower = text.lower()
    if b"<workbook" in lower[:4096]:
        raise refuse("unreadable_container", found="XML Spreadsheet 2003")
    if lower.count(b"<table") != lower.count(b"</table") or lower.rfind(b"</table") < lower.rfind(b"<td"):
        raise refuse("unreadable_container", found="html: </table>")
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise refuse("unreadable_container", found="html") from error
    tables = [table for table in tree.iter("table") if table.find(".//table") is None]
    sheets = [Sheet(f"table {i}", list(_rows(table))) for i, table in enumerate(tables, start=1)]
    n_cells = sum(1 for table in tables for _ in table.iter("td", "th"))
    n_tags = sum(
        lower.count(tag) for tag in (b"<td>", b"<td ", b"<th>", b"<th ", b"<td\n", b"<th\n", b"<td\r", b"<th\r")
    )
    n_ends = lower.count(b"</td") + lower.count(b"</th>")
    if not n_cells == n_tags == n_ends and len(tables) == lower.count(b"<table"):
        raise refuse("unreadable_container", found="html: <td>")
    return [sheet for sheet in sheets if any(any(cells) for _, cells in sheet.rows)]


def _rows(table) -> Iterator[Row]:
    covered: dict[int, int] = {}  # column -> rows below that a merged cell still covers
    for line, row in enumerate(table.iter("tr"), start=1):
        cells: list[str] = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            _fill(cells, covered)
            for i in range(_span(cell, "colspan")):
                if (n_below := _span(cell, "rowspan") - 1) > 0:
                    covered[len(cells)] = n_below
                cells.append("".join(cell.itertext()).strip(_BLANK) if i == 0 else "")
        _fill(cells, covered)
        yield line, cells


def _fill(cells: list[str], covered: dict[int, int]) -> None:
    while covered.get(len(cells), 0) > 0:
        covered[len(cells)] -= 1
        cells.append("")


def _span(cell, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    return min(max(int(text), 1), 1000) if text.isascii() and text.isdigit() else 1
