"""Every form a file may arrive in, and what stands around its rows."""

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest

from rollcall.contracts import contract
from rollcall.ingest.read import Reading, ReadRefused, read_file
from tests.ingest.independent import differences
from tests.ingest.mutate import FORMS, seed_grid

ABSENCE = contract("absence")
HEADER = [column.zh for column in ABSENCE.columns]
ROW = ["500101", "2150900001", "3", "1班", "G500901201001010015", "2019-09-02", "病假", "2019-09-02 08:30:00"]


def read(tmp_path: Path, data: bytes | str, feed=ABSENCE) -> Reading:
    path = tmp_path / "file.dat"
    path.write_bytes(data if isinstance(data, bytes) else data.encode("gb18030"))
    return read_file(path, feed, path.name)


def refusal(tmp_path: Path, data: bytes | str, feed=ABSENCE):
    with pytest.raises(ReadRefused) as caught:
        read(tmp_path, data, feed)
    return caught.value.faults[0]


def lines(*rows: list[str], delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\n" for row in rows)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("feed", ["roll", "aid_payment", "case_action"])
def test_form(tmp_path: Path, form: str, feed: str) -> None:
    data = FORMS[form](seed_grid(contract(feed), 9, random.Random(form)))
    reading = read(tmp_path, data, contract(feed))
    assert reading.n_rows == 9
    assert differences(data, reading, contract(feed)) == []
    assert reading.table.column_names == ["line", *(column.name for column in contract(feed).columns)]


def test_encoding_is_named(tmp_path: Path) -> None:
    text = lines(HEADER, ROW)
    assert read(tmp_path, text.encode()).encoding == "utf-8"
    assert read(tmp_path, b"\xef\xbb\xbf" + text.encode()).encoding == "utf-8-bom"
    assert read(tmp_path, text.encode("gbk")).encoding == "gb18030"


def test_middle_dot_and_rare_characters(tmp_path: Path) -> None:
    row = ["1", "阿·买提", "𠮷䶮𬱖", *ROW[3:]]
    found = read(tmp_path, lines(HEADER, row)).table
    assert found["school_code"].to_pylist() == ["阿·买提"] and found["grade"].to_pylist() == ["𠮷䶮𬱖"]


def test_lines_stay_those_of_the_file(tmp_path: Path) -> None:
    text = "填表说明：一个学生一行\n" + lines(HEADER, ROW) + "\n" + lines(ROW) + ",,,,,,,\n" + lines(ROW) + "\n\n"
    reading = read(tmp_path, text)
    assert reading.table["line"].to_pylist() == [3, 5, 7] and reading.header_line == 2


def test_line_break_in_a_cell(tmp_path: Path) -> None:
    odd = ['"500101\n"', *ROW[1:]]
    reading = read(tmp_path, lines(HEADER, odd, ROW))
    assert reading.table["line"].to_pylist() == [2, 4]
    assert reading.table["unit_code"].to_pylist() == ["500101\n", "500101"]


@pytest.mark.parametrize("totals", [["合计", "2"], ["合计", "2人"], ["共 2 人"], ["总计：2"], ["合 计", "", "", "２"]])
@pytest.mark.parametrize("is_padded", [True, False])
def test_totals_row(tmp_path: Path, totals: list[str], is_padded: bool) -> None:
    row = totals + [""] * (8 - len(totals)) if is_padded else totals
    reading = read(tmp_path, lines(HEADER, ROW, ROW, row, ["制表人：某某"]))
    assert (reading.n_rows, reading.total_declared) == (2, 2)


def test_sum_of_amounts_is_no_count(tmp_path: Path) -> None:
    feed = contract("aid_transfer")
    grid = seed_grid(feed, 3, random.Random(1))
    totals = ["合计"] + [""] * 7
    totals[[column.name for column in feed.columns].index("amount_fen")] = "1500"
    reading = read(tmp_path, lines(*grid, totals), feed)
    assert (reading.n_rows, reading.total_declared) == (3, None)


def test_two_totals_that_differ(tmp_path: Path) -> None:
    reading = read(tmp_path, lines(HEADER, ROW, ["小计", "1", *[""] * 6], ["合计", "2", *[""] * 6]))
    assert [fault.rule for fault in reading.faults] == ["totals_mismatch"]


def test_header_on_two_rows(tmp_path: Path) -> None:
    feed = contract("roll")
    upper, lower = [], []
    for column in feed.columns:
        is_member = column.zh.startswith("成员1")
        upper.append(("成员1" if column.zh == "成员1姓名" else "") if is_member else f"*{column.zh}")
        lower.append(column.zh.removeprefix("成员1") if is_member else "")
    grid = seed_grid(feed, 2, random.Random(1))
    for form in ("csv-gb18030", "xlsx", "xls", "html-as-xls"):
        reading = read(tmp_path, FORMS[form]([["说明", *[""] * (len(upper) - 1)], upper, lower, *grid[1:]]), feed)
        assert reading.n_rows == 2 and reading.missing_optional == [] and reading.header_line == 3
        assert reading.table["guardian_name"].to_pylist() == [row[-2] for row in grid[1:]]


def test_header_variants(tmp_path: Path) -> None:
    header = [
        "★ 区县代码",
        "学校标识码 *",
        "年 级",
        "班号",
        "全国学籍号",
        "缺勤日期",
        "类别",
        "登记时间",
        "备注",
    ]
    reading = read(tmp_path, lines(header, [*ROW, ""]))
    assert reading.n_rows == 1 and reading.unknown_headers == ["备注"]


def test_empty_list_of_events_is_read_and_empty_snapshot_is_not(tmp_path: Path) -> None:
    assert read(tmp_path, lines(HEADER)).n_rows == 0
    school = contract("school")
    assert refusal(tmp_path, lines([column.zh for column in school.columns]), school).rule == "empty_file"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty_file"),
        (b"\r\n \n", "empty_file"),
        (b"%PDF-1.4 ...", "unreadable_container"),
        (b"PK\x03\x04 torn", "unreadable_container"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"torn", "unreadable_container"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"), "encrypted_file"),
        (b"\x1f\x8b torn", "unreadable_container"),
        (b"<?xml version='1.0'?><Workbook><Table><Row/></Table></Workbook>", "unreadable_container"),
        (lines(HEADER, ROW).encode("gb18030") + b"\xff\xff\n", "encoding_unreadable"),
        (lines(HEADER, ROW).encode() + b"\x00\n", "encoding_unreadable"),
        (lines(HEADER, ROW).encode() + "六".encode()[:2] + b"\n", "encoding_unreadable"),
        (lines(HEADER[:-1], ROW[:-1]), "header_missing"),
        (lines([*HEADER, HEADER[0]], [*ROW, "x"]), "header_repeated"),
        (lines(["学校代码", "区县代码", "区县代码 ", *HEADER[2:]], [*ROW, "x"]), "header_repeated"),
        (lines([*HEADER[:-1], "登记\ufffd间"], ROW), "characters_lost"),
        (lines(HEADER, ROW, ROW[:-1], ROW), "ragged_row"),
        (lines(HEADER, ROW, [*ROW, "over"]), "ragged_row"),
        (lines(HEADER, ROW, ['"500101"1', *ROW[1:]]), "ragged_row"),
        (lines(HEADER, ['"500101', *ROW[1:]], ROW), "ragged_row"),
        (lines(["a", "b"], ["1", "2"]), "no_header"),
        (lines(*seed_grid(contract("class_return"), 2, random.Random(1))), "wrong_feed"),
    ],
)
def test_refused(tmp_path: Path, data: bytes | str, rule: str) -> None:
    if isinstance(data, str) and "\ufffd" in data:
        data = data.encode()
    fault = refusal(tmp_path, data)
    assert fault.rule == rule and fault.zh and fault.en


def test_ragged_row_names_the_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, lines(HEADER, ROW, ROW[:-1], ROW)).line == 3
    assert refusal(tmp_path, lines(HEADER, ROW, ROW, ['"5', *ROW[1:]], ROW)).line == 4


def test_header_ambiguous(tmp_path: Path) -> None:
    feed = contract("school")
    grid = seed_grid(feed, 2, random.Random(1))
    at = grid[0].index("申报在校生数")
    grid[0][at] = "在校生数"
    found = refusal(tmp_path, lines(*[[*row, "在校学生数" if i == 0 else "9"] for i, row in enumerate(grid)]), feed)
    assert found.rule == "header_ambiguous" and found.column == "n_pupils_declared"


def test_archives(tmp_path: Path) -> None:
    def zipped(*names: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in names:
                archive.writestr(name, lines(HEADER, ROW).encode())
        return out.getvalue()

    assert read(tmp_path, zipped("a.csv", "__MACOSX/._a.csv")).container == "zip+csv"
    assert refusal(tmp_path, zipped("a.csv", "b.csv")).rule == "too_many_sheets"
    assert refusal(tmp_path, zipped()).rule == "empty_file"
    assert read(tmp_path, gzip.compress(FORMS["xlsx"]([HEADER, ROW]))).container == "gzip+xlsx"


def test_zip_bomb(tmp_path: Path) -> None:
    assert refusal(tmp_path, gzip.compress(b"0" * (101 << 20))).rule == "unreadable_container"


def test_sheets(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["说明", "请勿改动"])
    for title, state in (("下拉", "hidden"), ("数据", "visible"), ("旧", "veryHidden")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        sheet.append(HEADER)
        sheet.append([500908201003051233, 2150900001.0, 3, "1班", "#N/A", None, True, 0.5])
    out = io.BytesIO()
    book.save(out)
    row = read(tmp_path, out.getvalue()).table.to_pylist()[0]
    assert list(row.values()) == [
        2,
        "5.00908201003051E+17",
        "2150900001",
        "3",
        "1班",
        "#N/A",
        "",
        "TRUE",
        "0.5",
    ]
    book["旧"].sheet_state = "visible"
    out = io.BytesIO()
    book.save(out)
    assert refusal(tmp_path, out.getvalue()).rule == "too_many_sheets"


def test_dates_in_cells(tmp_path: Path) -> None:
    from datetime import date, datetime

    from openpyxl import Workbook

    book = Workbook()
    book.active.append(HEADER)
    book.active.append([*ROW[:5], date(2019, 9, 2), ROW[6], datetime(2019, 9, 2, 8, 30)])
    out = io.BytesIO()
    book.save(out)
    row = read(tmp_path, out.getvalue()).table.to_pylist()[0]
    assert (row["day"], row["marked_at"]) == ("2019-09-02", "2019-09-02 08:30:00")


def test_html_that_was_cut(tmp_path: Path) -> None:
    page = FORMS["html-as-xls"]([HEADER, *[ROW] * 5])
    for keep in (0.5, 0.8):
        assert refusal(tmp_path, page[: int(len(page) * keep)]).rule == "unreadable_container"


def test_personal_values_are_masked(tmp_path: Path) -> None:
    from rollcall.ingest.read.reading import fault

    found = fault("ragged_row", column=ABSENCE.column("roll_number"), value="G500901201001010015")
    assert found.value == "G***" and "5009" not in found.zh + found.en
