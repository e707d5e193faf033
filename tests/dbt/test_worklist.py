"""The worklist as a person gets it: without names in the terminal, with names in a private, logged file."""

import json
import stat

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from rollcall.cli.worklist import app
from rollcall.identity.review.errors import ReviewError
from rollcall.publish.early_warning import EARLY_WARNING
from rollcall.publish.errors import PublishError
from rollcall.publish.named_list import export
from rollcall.publish.scope import Scope
from rollcall.publish.worklist import WORKLIST, worklist
from rollcall.warehouse.connect import connect
from rollcall.warehouse.errors import WarehouseError
from tests.dbt.municipality import AS_OF, OTHER_UNIT, SCHOOL, UNIT, id_key

NAME = "王小明"


@pytest.fixture
def conn(built):
    with connect("pipeline") as connection:
        yield connection


def sheet(path):
    book = load_workbook(path)
    header, *rows = [[cell.value for cell in row] for row in book["待办清单"].iter_rows()]
    return book, header, [dict(zip(header, row, strict=True)) for row in rows]


def log(conn):
    return conn.execute("select action, unit_code, n_rows, reason from ops.access_log order by access_id").fetchall()


def case_no(conn, schema, who):
    return conn.execute(f"select case_no from {schema}.fct_case where child_key = %s", (id_key(who),)).fetchone()[0]


@pytest.mark.parametrize(
    "place", [{"unit": "999999"}, {"school": "2150000999"}, {"unit": OTHER_UNIT, "school": SCHOOL}]
)
def test_a_place_that_is_not_there_is_not_one_without_work(conn, built, place):
    with pytest.raises(PublishError, match=r"No (unit|school)( of \d+)? has the code"):
        worklist(conn, Scope(**place, schema=built))


def test_the_export_names_the_children_of_one_unit(conn, built, tmp_path):
    out = tmp_path / "list.xlsx"
    n = export(conn, WORKLIST, Scope(UNIT, schema=built), "十月入户劝返", out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert log(conn)[-1] == ("worklist export", UNIT, n, "十月入户劝返")
    book, header, rows = sheet(out)
    assert book.active.title == "待办清单" and book["待办清单"].freeze_panes == "H2"
    assert len(rows) == n == len(worklist(conn, Scope(UNIT, schema=built)))
    assert [row["台账编号"] for row in rows] == [row["case_no"] for row in worklist(conn, Scope(UNIT, schema=built))]
    (case_no,) = conn.execute(
        f"select case_no from {built}.fct_case where child_key = %s", (id_key("walked"),)
    ).fetchone()
    walked = next(row for row in rows if row["台账编号"] == case_no)
    assert (walked["姓名"], walked["性别"], walked["出生日期"], walked["责任层级"]) == (
        NAME,
        "男",
        "2010-05-05",
        "学校",
    )
    assert walked["要办的事"] == "再次复学观察：每日点名，防止再次离校"
    assert walked["法律步骤"] == "责令改正"
    assert "提议销号" in walked["提示"] and "再次离校1次" in walked["提示"]
    assert all(row["要办的事"] and row["办理期限"] and row["责任层级"] for row in rows)
    assert all(row["办理期限"] < str(AS_OF) for row in rows if row["逾期天数"]), "the limit that was missed"
    assert not any(row["班级"] for row in rows if not row["学校"])


def test_the_early_warning_goes_out_with_names_and_reasons(conn, built, tmp_path):
    out = tmp_path / "warned.xlsx"
    n = export(conn, EARLY_WARNING, Scope(UNIT, schema=built), "期中家访", out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert log(conn)[-1] == ("warning export", UNIT, n, "期中家访")
    header, *rows = [[cell.value for cell in row] for row in load_workbook(out)["预警名单"].iter_rows()]
    told = [dict(zip(header, row, strict=True)) for row in rows]
    assert len(told) == n > 0 and all(row["姓名"] and "分）" in row["原因"] for row in told)
    points = [row["分数"] for row in told]
    assert points == sorted(points, reverse=True)
    with pytest.raises(PublishError, match="理由"):
        export(conn, EARLY_WARNING, Scope(UNIT, schema=built), f"找{told[0]['姓名']}", tmp_path / "named.xlsx")
    assert not (tmp_path / "named.xlsx").exists()


def test_each_unit_gets_its_own_and_those_registered_with_it(conn, built, tmp_path):
    export(conn, WORKLIST, Scope(OTHER_UNIT, schema=built), "核对", tmp_path / "other.xlsx")
    others = {row["台账编号"] for row in sheet(tmp_path / "other.xlsx")[2]}
    export(conn, WORKLIST, Scope(UNIT, schema=built), "核对", tmp_path / "mine.xlsx")
    mine = {row["台账编号"] for row in sheet(tmp_path / "mine.xlsx")[2]}
    owned = conn.execute(f"select case_no, unit_code, admin_unit_code from {built}.fct_case where is_open").fetchall()
    assert others == {no for no, *units in owned if OTHER_UNIT in units}
    assert mine == {no for no, *units in owned if UNIT in units}
    (handed,) = conn.execute(
        f"select case_no from {built}.fct_case where child_key = %s", (id_key("handed"),)
    ).fetchone()
    assert handed in mine & others
    export(conn, WORKLIST, Scope(UNIT, SCHOOL, schema=built), "核对", tmp_path / "school.xlsx")
    assert {row["学校"] for row in sheet(tmp_path / "school.xlsx")[2]} == {"第一小学"}


@pytest.mark.parametrize(
    ("scope", "reason", "error"),
    [
        (Scope(UNIT, schema="dbt_test"), "  ", WarehouseError),
        (Scope(UNIT, schema="dbt_test"), f"找{NAME}", PublishError),
        (Scope(None, schema="dbt_test"), "核对", PublishError),
        (Scope("500999", schema="dbt_test"), "核对", PublishError),
        (Scope(UNIT, "2150999999", schema="dbt_test"), "核对", PublishError),
        (Scope("500193", schema="dbt_test"), "核对", PublishError),
        (Scope(UNIT, schema="no_such_study"), "核对", PublishError),
    ],
)
def test_a_refused_export_leaves_neither_file_nor_log(conn, tmp_path, scope, reason, error):
    before = log(conn)
    with pytest.raises(error) as raised:
        export(conn, WORKLIST, scope, reason, tmp_path / "list.xlsx")
    conn.rollback()
    assert not (tmp_path / "list.xlsx").exists()
    assert log(conn) == before
    assert NAME not in str(raised.value)


def test_a_file_that_is_there_is_left_alone(conn, built, tmp_path):
    out = tmp_path / "list.xlsx"
    out.write_text("mine")
    with pytest.raises(ReviewError):
        export(conn, WORKLIST, Scope(UNIT, schema=built), "核对", out)
    assert out.read_text() == "mine"


def test_the_command_shows_no_names(built):
    shown = CliRunner().invoke(app, ["list", "--schema", built, "--unit", UNIT, "--json", "--limit", "500"])
    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.output)
    assert told["n"] == len(told["cases"]) > 20
    assert told["n_overdue"] == sum(case["is_overdue"] for case in told["cases"])
    table = CliRunner().invoke(app, ["list", "--schema", built, "--tier", "municipality"], env={"COLUMNS": "200"})
    assert "核减申请" in table.output
    assert NAME not in shown.output + table.output
