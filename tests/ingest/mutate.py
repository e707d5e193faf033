"""Seed files of every container form, and seeded mutations of them: the reader must survive without a lie."""

import gzip
import html
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rollcall.contracts import Contract, contract, contracts

Grid = list[list[str]]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Mutant:
    """One file to be read as `feed`. `form` and `mutation` name how it came about."""

    feed: str
    form: str
    mutation: str
    data: bytes

    @property
    def file_name(self) -> str:
        return f"{self.feed}_20190902{SUFFIX[self.form]}"


def seed_grid(feed: Contract, n_rows: int, rng: random.Random) -> Grid:
    """Header and rows of a feed, every cell filled with a plausible value; keys are unique."""
    return [[column.zh for column in feed.columns]] + [
        [_value(column.kind, column.name, i, rng) for column in feed.columns] for i in range(n_rows)
    ]


def id_number(i: int) -> str:
    """A valid number of the unassigned block 5009xx."""
    body = f"5009{i % 38 + 1:02d}{2005 + i % 9}{i % 12 + 1:02d}{i % 28 + 1:02d}{i % 1000:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def _value(kind: str, name: str, i: int, rng: random.Random) -> str:
    day = f"201{i % 9}-0{i % 9 + 1}-1{i % 9}"
    values = {
        "id_number": id_number(i),
        "roll_number": "G" + id_number(i),
        "name": rng.choice("王李张刘陈𠮷䶮") + rng.choice("伟芳娜敏静") + rng.choice(("", "强", "·买提", "  三")),
        "school_code": f"21509{i % 7:05d}",
        "unit_code": "500101",
        "district_code": "500101",
        "township_code": "500101001",
        "province_code": "51",
        "certificate_no": f"{id_number(i)}11",
        "phone": f"1000{i:07d}",
        "secret": f"62{i:014d}",
        "code": rng.choice(("1", "男", "1-男", "其他")),
        "flag": rng.choice("是否"),
        "date": day,
        "birth_date": rng.choice((day, day.replace("-", ""), day.replace("-", "/"))),
        "month": "201909",
        "school_year": "2019-2020",
        "term": "2019-2020-1",
        "timestamp": f"{day} 08:30:0{i % 10}",
        "count": str(i),
        "grade": str(i % 9 + 1),
        "decimal": "0.5",
        "money": f"{i}.50",
    }
    return values.get(kind) or f"{name}{i}"


def _csv(delimiter: str, encoding: str, quote: bool = False) -> Callable[[Grid], bytes]:
    def write(grid: Grid) -> bytes:
        cell = (lambda text: f'"{text}"') if quote else (lambda text: text)
        return "".join(delimiter.join(map(cell, row)) + "\r\n" for row in grid).encode(encoding)

    return write


def _xlsx(grid: Grid) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    hidden = book.create_sheet("drop-down")
    hidden.sheet_state = "hidden"
    hidden.append(["男", "女"])
    for row in grid:
        book.worksheets[0].append([int(cell) if cell.isdigit() and len(cell) < 4 else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xls(grid: Grid) -> bytes:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("学籍信息表")
    for i, row in enumerate(grid):
        for j, cell in enumerate(row):
            sheet.write(i, j, int(cell) if cell.isdigit() and len(cell) < 4 else cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _html(grid: Grid) -> bytes:
    body = "\n".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in grid)
    head = '<html><head><meta charset="gb2312"></head><body>'
    return f"{head}<table border=1>\n{body}\n</table></body></html>".encode("gb18030")


def _zip(grid: Grid) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.csv", FORMS["csv-gb18030"](grid))
    return out.getvalue()


FORMS: dict[str, Callable[[Grid], bytes]] = {
    "csv-utf8": _csv(",", "utf-8"),
    "csv-utf8-bom": _csv(",", "utf-8-sig"),
    "csv-utf16": _csv(",", "utf-16"),
    "csv-gb18030": _csv(",", "gb18030"),
    "csv-quoted": _csv(",", "gb18030", quote=True),
    "tsv-as-xls": _csv("\t", "gb18030"),
    "semicolon": _csv(";", "utf-8"),
    "html-as-xls": _html,
    "xlsx": _xlsx,
    "xls": _xls,
    "gzip": lambda grid: gzip.compress(FORMS["csv-gb18030"](grid), mtime=0),
    "zip": _zip,
}
SUFFIX = dict.fromkeys(FORMS, ".csv") | {
    "tsv-as-xls": ".xls",
    "html-as-xls": ".xls",
    "xlsx": ".xlsx",
    "xls": ".xls",
    "gzip": ".csv.gz",
    "zip": ".zip",
}


def _move_columns(grid: Grid, rng: random.Random) -> Grid:
    order = rng.sample(range(len(grid[0])), len(grid[0]))
    return [[row[i] for i in order] for row in grid]


def _double_column(grid: Grid, rng: random.Random) -> Grid:
    at = rng.randrange(len(grid[0]))
    return [row[: at + 1] + row[at:] for row in grid]


def _double_rows(grid: Grid, rng: random.Random) -> Grid:
    at = rng.randrange(len(grid))
    return grid[: at + 1] + grid[at:]


def _drop_column(grid: Grid, rng: random.Random) -> Grid:
    at = rng.randrange(len(grid[0]))
    return [row[:at] + row[at + 1 :] for row in grid]


def _shift_row(grid: Grid, rng: random.Random) -> Grid:
    at = rng.randrange(1, len(grid))
    row = grid[at][1:] if rng.random() < 0.5 else [*grid[at][:2], "", *grid[at][2:]]
    return [*grid[:at], row, *grid[at + 1 :]]


def _add_quote(grid: Grid, rng: random.Random) -> Grid:
    rows = [list(row) for row in grid]
    row = rng.choice(rows)
    at = rng.randrange(len(row))
    row[at] = rng.choice(
        (f'"{row[at]}', f'{row[at]}"', f'"{row[at]}"x', f'{row[at][:1]}"{row[at][1:]}', '""', '"a\r\nb"')
    )
    return rows


def _add_frame(grid: Grid, rng: random.Random) -> Grid:
    """Instructions above, a blank row within, totals below: a form as people fill it in."""
    width = len(grid[0])
    pad = lambda *cells: [*cells, *[""] * (width - len(cells))]  # noqa: E731
    at = rng.randrange(1, len(grid))
    totals = pad("合计", f"{len(grid) - 1}人") if rng.random() < 0.5 else pad(f"共{len(grid) - 1}条")
    return [pad("填表说明：不得改动表头"), *grid[:at], pad(), *grid[at:], totals, pad()]


GRID_MUTATIONS: dict[str, Callable[[Grid, random.Random], Grid]] = {
    "columns moved": _move_columns,
    "column doubled": _double_column,
    "rows doubled": _double_rows,
    "column dropped": _drop_column,
    "row shifted": _shift_row,
    "quote added": _add_quote,
    "framed": _add_frame,
}


def _flip(data: bytes, rng: random.Random) -> bytes:
    flipped = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 20))):
        flipped[rng.randrange(len(flipped))] = rng.randrange(256)
    return bytes(flipped)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _cut_middle(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + data[at + rng.randrange(1, 200) :]


def _insert(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.choice((b"\r", b"\n", b"\x00", b"\xff", b'"', b",", b"\xef\xbb\xbf", b"<td>")) + data[at:]


def _reencode(data: bytes, rng: random.Random) -> bytes:
    text = data.decode(rng.choice(("utf-8", "gb18030", "latin-1", "utf-16")), errors="replace")
    return text.encode(rng.choice(("utf-8", "gb18030", "big5", "gbk", "utf-16", "utf-32")), errors="replace")


BYTE_MUTATIONS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "bytes flipped": _flip,
    "cut": _cut,
    "middle cut out": _cut_middle,
    "byte inserted": _insert,
    "re-encoded": _reencode,
}


def mutants(count: int, seed: int = 1, n_rows: int = 12, feeds: tuple[str, ...] = ()) -> Iterator[Mutant]:
    """`count` mutants, the same for the same arguments; feeds, forms and mutations take turns."""
    names = feeds or tuple(contracts())
    kinds = [*GRID_MUTATIONS, *BYTE_MUTATIONS, "swapped"]
    for i in range(count):
        rng = random.Random(f"{seed}/{i}")
        feed, form, kind = rng.choice(names), list(FORMS)[i % len(FORMS)], kinds[i // len(FORMS) % len(kinds)]
        source = rng.choice([name for name in contracts() if name != feed]) if kind == "swapped" else feed
        grid = seed_grid(contract(source), rng.randrange(1, n_rows + 1), rng)
        if kind in GRID_MUTATIONS:
            grid = GRID_MUTATIONS[kind](grid, rng)
        data = FORMS[form](grid)
        if kind in BYTE_MUTATIONS:
            data = BYTE_MUTATIONS[kind](data, rng)
        yield Mutant(feed, form, kind, data)
