"""A list goes to a unit's clerk and comes back: only its rows, logged, every line judged, nothing lost."""

import io
import stat
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from rollcall.identity.review.errors import ReviewError
from rollcall.identity.review.export import export
from rollcall.identity.review.queue import doubt, doubts
from rollcall.identity.review.take_back import take_back
from rollcall.identity.review.verdict import decide
from rollcall.warehouse.errors import WarehouseError
from tests.dbt.municipality import OTHER_UNIT, UNIT
from tests.identity.review.conftest import NOW, put_in_doubt

LATER = NOW + timedelta(days=1)


class Clerk:
    """A workbook in a clerk's hands."""

    def __init__(self, content: bytes, name: str = "李经办") -> None:
        self.book = load_workbook(io.BytesIO(content))
        self.sheet = self.book["待核对"]
        self.columns = {cell.value: cell.column for cell in self.sheet[1]}
        self.sign(name)

    def sign(self, name: str | None) -> None:
        (row,) = [row for row in self.book["填写说明"].iter_rows() if row[0].value == "经办人"]
        row[1].value = name

    def line(self, number: int) -> int:
        return next(n for n in range(2, self.sheet.max_row + 1) if self.read(n, "编号") == str(number))

    def read(self, line: int, column: str):
        return self.sheet.cell(line, self.columns[column]).value

    def write(self, line: int, **cells) -> "Clerk":
        for column, text in cells.items():
            self.sheet.cell(line, self.columns[column]).value = text
        return self

    def send(self) -> bytes:
        data = io.BytesIO()
        self.book.save(data)
        return data.getvalue()


@pytest.fixture
def exported(conn, tmp_path) -> bytes:
    """The list of UNIT: the pairs `ours` and `across`."""
    out = tmp_path / "list.xlsx"
    assert export(conn, UNIT, "十月核对", out) == 2
    return out.read_bytes()


def outcomes(taken) -> dict[str, tuple[str, str]]:
    return {line.number: (line.outcome, line.reason) for line in taken.lines}


def n_verdicts(conn) -> int:
    return conn.execute("select count(*) from identity.review where verdict is not null").fetchone()[0]


def test_only_the_unit_s_rows_in_a_private_file_logged(conn, queue, tmp_path):
    out = tmp_path / "list.xlsx"
    assert export(conn, OTHER_UNIT, "十月核对", out) == 2
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    clerk = Clerk(out.read_bytes())
    assert [clerk.read(n, "编号") for n in (2, 3)] == [str(queue["across"]), str(queue["theirs"])]
    logged = conn.execute("select action, unit_code, n_rows, reason, who <> '' from ops.access_log").fetchall()
    assert logged == [("review export", OTHER_UNIT, 2, "十月核对", True)]


def test_the_workbook_is_made_for_people(exported):
    book = load_workbook(io.BytesIO(exported))
    assert book.sheetnames == ["填写说明", "待核对"] and book.active.title == "填写说明"
    sheet = book["待核对"]
    assert sheet.freeze_panes == "D2"
    strict, free = sheet.data_validations.dataValidation
    assert strict.formula1 == '"同一人,不是同一人"' and strict.showErrorMessage and str(strict.sqref) == "B2:B3"
    assert not free.showErrorMessage and str(free.sqref) == "C2:C3"
    assert sheet.protection.sheet and not sheet["B2"].protection.locked and sheet["A2"].protection.locked


def test_another_reader_sees_the_same_texts(exported):
    """Both rows as text, all eighteen digits, and what differs in words."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(exported)).get_sheet_by_name("待核对").to_python()
    told = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    ours, across = told
    assert (ours["学籍·姓名"], ours["户籍·姓名"]) == ("欧阳店名", "欧阳点名")
    assert ours["学籍·证件号"] == ours["户籍·证件号"] == "500991201005050017"
    assert (ours["学校"], ours["年级"], ours["班级"]) == ("第一小学", "3", "A")
    assert "姓名：同音" in ours["比对"]
    assert "姓名：繁简不同" in across["比对"] and "校验位不符" in across["比对"]
    assert across["户籍·乡镇街道"].startswith("涪陵")


def test_a_name_is_never_a_formula(conn, queue, tmp_path):
    with conn.transaction():
        conn.execute("update history.roll set name = '=1+1' where name = '尉迟编号'")
    out = tmp_path / "list.xlsx"
    export(conn, OTHER_UNIT, "十月核对", out)
    with conn.transaction():
        conn.execute("update history.roll set name = '尉迟编号' where name = '=1+1'")
    clerk = Clerk(out.read_bytes())
    cell = clerk.sheet.cell(clerk.line(queue["theirs"]), clerk.columns["学籍·姓名"])
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize("reason", ["", "  "])
def test_no_list_without_a_reason(conn, queue, tmp_path, reason):
    with pytest.raises(WarehouseError, match="--reason"):
        export(conn, UNIT, reason, tmp_path / "list.xlsx")
    conn.rollback()
    assert list(tmp_path.iterdir()) == []
    assert conn.execute("select count(*) from ops.access_log").fetchone() == (0,)


def test_a_reason_names_nobody(conn, queue, tmp_path):
    with pytest.raises(ReviewError, match="姓名或证件号") as refused:
        export(conn, UNIT, "核对欧阳点名", tmp_path / "list.xlsx")
    assert "欧阳" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_left_alone(conn, queue, tmp_path):
    out = tmp_path / "list.xlsx"
    out.write_text("mine")
    with pytest.raises(ReviewError, match="已存在"):
        export(conn, UNIT, "十月核对", out)
    assert out.read_text() == "mine"


@pytest.mark.parametrize("unit, said", [("500103", "没有待核对"), ("999999", "没有代码为 999999 的单位")])
def test_a_list_of_nothing_is_not_made(conn, queue, tmp_path, unit, said):
    with pytest.raises(ReviewError, match=said):
        export(conn, unit, "十月核对", tmp_path / "list.xlsx")


def test_verdicts_come_back(conn, queue, exported):
    clerk = Clerk(exported)
    clerk.write(clerk.line(queue["ours"]), 裁定="同一人", 依据="查看户口簿")
    taken = take_back(conn, clerk.send(), NOW)
    assert outcomes(taken) == {str(queue["ours"]): ("accepted", ""), str(queue["across"]): ("blank", "")}
    found = doubt(conn, queue["ours"])
    assert (found.verdict, found.why, found.decided_by) == ("same", "查看户口簿", f"{UNIT} 李经办")
    assert queue["across"] in {d.review_id for d in doubts(conn)}


def test_the_same_list_twice(conn, queue, exported):
    clerk = Clerk(exported)
    clerk.write(clerk.line(queue["ours"]), 裁定="同一人", 依据="查看户口簿")
    take_back(conn, clerk.send(), NOW)
    again = take_back(conn, clerk.send(), LATER)
    assert outcomes(again)[str(queue["ours"])] == ("unchanged", "")
    assert n_verdicts(conn) == 1
    assert doubt(conn, queue["ours"]).decided_at == NOW


def test_every_line_is_kept_as_it_came(conn, queue, exported):
    clerk = Clerk(exported)
    clerk.write(clerk.line(queue["ours"]), 裁定="可能是", 依据="听说")
    taken = take_back(conn, clerk.send(), NOW)
    kept = conn.execute(
        "select number_text, verdict_text, why_text, outcome from identity.verdict_line where access_id = %s",
        (taken.access_id,),
    ).fetchall()
    assert sorted(kept) == sorted(
        [(str(queue["ours"]), "可能是", "听说", "refused"), (str(queue["across"]), "", "", "blank")]
    )


def test_lines_that_are_refused_say_why_and_stop_no_other(conn, queue, exported, tmp_path):
    other = tmp_path / "other.xlsx"
    export(conn, OTHER_UNIT, "十月核对", other)
    foreign = Clerk(other.read_bytes())
    clerk = Clerk(exported)
    ours, across = clerk.line(queue["ours"]), clerk.line(queue["across"])
    stranger = foreign.line(queue["theirs"])
    clerk.write(ours, 裁定="同一人", 依据="查看户口簿")
    # A line of another unit's list, one of the right pair from another list, twice the same, and no number.
    clerk.write(4, 编号=str(queue["theirs"]), 裁定="同一人", 依据="x", 核对码=foreign.read(stranger, "核对码"))
    clerk.write(across, 裁定="同一人", 依据="x", 核对码=foreign.read(foreign.line(queue["across"]), "核对码"))
    clerk.write(5, 编号=str(queue["ours"]), 裁定="不是同一人", 依据="x", 核对码=clerk.read(ours, "核对码"))
    clerk.write(6, 编号="十七", 裁定="同一人", 依据="x")
    clerk.write(7, 编号="999", 裁定="同一人", 依据="x")
    told = {line.line: (line.outcome, line.reason) for line in take_back(conn, clerk.send(), NOW).lines}
    assert told[ours] == ("accepted", "")
    assert told[4] == ("refused", "该对不属于本单位。")
    assert told[across][0] == "refused" and "另一份清单" in told[across][1]
    assert told[5][0] == "refused" and "多次" in told[5][1]
    assert told[6][0] == "refused" and "不是数字" in told[6][1]
    assert told[7][0] == "refused" and "不再存疑" in told[7][1]
    assert n_verdicts(conn) == 1


@pytest.mark.parametrize(
    "cells, said",
    [
        ({"裁定": "同一人"}, "未写依据"),
        ({"依据": "查看户口簿"}, "未选裁定"),
        ({"裁定": "是", "依据": "查看户口簿"}, "裁定须为"),
        ({"裁定": "同一人", "依据": "查看户口簿", "核对码": None}, "核对码缺失"),
        ({"裁定": "同一人", "依据": "查看户口簿", "核对码": "1-0123456789abcdef"}, "核对码与编号不符"),
    ],
)
def test_a_line_not_filled_in_properly(conn, queue, exported, cells, said):
    clerk = Clerk(exported)
    clerk.write(clerk.line(queue["ours"]), **cells)
    outcome, reason = outcomes(take_back(conn, clerk.send(), NOW))[str(queue["ours"])]
    assert outcome == "refused" and said in reason
    assert n_verdicts(conn) == 0


def test_the_evidence_changed_meanwhile(conn, queue, exported):
    clerk = Clerk(exported)
    clerk.write(clerk.line(queue["ours"]), 裁定="同一人", 依据="查看户口簿")
    conn.execute("update identity.review set known_to = %s where review_id = %s", (NOW, queue["ours"]))
    conn.execute("update history.roll set row_hash = md5('changed')::uuid where name = '欧阳店名'")
    put_in_doubt(conn, "ours", since=NOW)
    with conn.transaction():
        pass
    outcome, reason = outcomes(take_back(conn, clerk.send(), NOW))[str(queue["ours"])]
    assert outcome == "refused" and "证据已变" in reason
    assert n_verdicts(conn) == 0
    assert len(doubts(conn)) == 3, "asked again under a new number"


def test_a_later_decision_is_not_overruled_by_a_list(conn, queue, exported):
    clerk = Clerk(exported)
    clerk.write(clerk.line(queue["ours"]), 裁定="同一人", 依据="查看户口簿")
    decide(conn, doubt(conn, queue["ours"]), "different", "派出所核实", "wang", NOW)
    outcome, reason = outcomes(take_back(conn, clerk.send(), LATER))[str(queue["ours"])]
    assert outcome == "refused" and "另有裁定" in reason
    assert doubt(conn, queue["ours"]).verdict == "different"


@pytest.mark.parametrize(
    "fault", ["unsigned", "no workbook", "another sheet", "column gone", "wrong unit", "wrong list"]
)
def test_what_is_no_list_of_ours_writes_nothing(conn, queue, exported, fault):
    clerk = Clerk(exported)
    clerk.write(clerk.line(queue["ours"]), 裁定="同一人", 依据="查看户口簿")
    how_to = clerk.book["填写说明"]
    labels = {row[0].value: row[1] for row in how_to.iter_rows()}
    if fault == "unsigned":
        clerk.sign(None)
    elif fault == "another sheet":
        clerk.sheet.title = "Sheet2"
    elif fault == "column gone":
        clerk.sheet.cell(1, clerk.columns["核对码"]).value = "备注"
    elif fault == "wrong unit":
        labels["单位"].value = OTHER_UNIT
    elif fault == "wrong list":
        labels["清单号"].value = "77"
    content = b"not a workbook" if fault == "no workbook" else clerk.send()
    before = conn.execute("select count(*) from ops.access_log").fetchone()
    with pytest.raises(ReviewError):
        take_back(conn, content, NOW)
    conn.rollback()
    assert n_verdicts(conn) == 0
    assert conn.execute("select count(*) from ops.access_log").fetchone() == before


def test_numbers_that_a_spreadsheet_made_of_texts(conn, queue, exported):
    clerk = Clerk(exported)
    clerk.write(clerk.line(queue["ours"]), 编号=queue["ours"], 裁定=" 同一人 ", 依据="查看户口簿")
    assert outcomes(take_back(conn, clerk.send(), NOW))[str(queue["ours"])] == ("accepted", "")
