"""Reports of the hand-made municipality: the same twice, self-contained, counts only, and the order of need is said."""

import json
import re
import stat
from datetime import date

import openpyxl
import pytest
from typer.testing import CliRunner

from rollcall.cli.main import app
from rollcall.publish.errors import PublishError
from rollcall.publish.reports.lists import total
from rollcall.publish.reports.page import page
from rollcall.publish.reports.period import period
from rollcall.publish.reports.read import read
from rollcall.publish.reports.tell import is_met, scoring, shown, target
from rollcall.publish.reports.write import write
from rollcall.warehouse.connect import connect, connect_admin
from tests.dbt.conftest import KNOWN_AT, built  # noqa: F401  the scenario's marts
from tests.dbt.municipality import AS_OF, SCHOOL, UNIT

PLACES = [{}, {"unit": UNIT}, {"school": SCHOOL}]


@pytest.fixture
def schema(built):  # noqa: F811
    """The built marts, recorded as published."""
    with connect_admin(autocommit=False) as admin:
        admin.execute(
            """insert into ops.publish (schema_name, as_of, known_at, code_version, model_version, verdict)
            values (%s, %s, %s, 'test', 'test', 'published')""",
            (built, AS_OF, KNOWN_AT),
        )
    yield built
    with connect_admin(autocommit=False) as admin:
        admin.execute("delete from ops.publish where schema_name = %s", (built,))


@pytest.mark.parametrize("where", PLACES)
def test_a_report_is_the_same_twice_and_needs_no_network(schema, where):
    told = page(read(schema, **where))
    assert told == page(read(schema, **where))
    assert re.findall(r"(?:src|href|url\(|@import)\s*=?\s*[\"']?(\S+)", told) == []
    assert "<svg" in told and 'lang="zh-CN"' in told


def test_the_points_said_are_the_points_counted(schema):
    report = read(schema, unit=UNIT)
    with connect() as conn:
        (n,) = conn.execute(f"select count(*) from {schema}_work.seed_need where points > 0").fetchone()
    said = scoring(report)
    assert len(report.scoring) == n and all(row["zh"] in said for row in report.scoring)
    assert "辍学、失学（已核） 40，" in said and "身份待核 1。" in said


def test_dynamic_clearing_is_a_count_beside_the_rates(schema):
    (row,) = [row for row in read(schema, unit=UNIT).indicators if row["indicator"] == "poor_cases_open"]
    assert (shown(row), target(row), is_met(row)) == (f"{row['numerator']} 人", "≤ 0 人", row["numerator"] == 0)


@pytest.mark.parametrize("where", PLACES)
def test_a_report_names_nobody(schema, where, tmp_path):
    html, xlsx = write(read(schema, **where), tmp_path / "out")
    for path in (html, xlsx):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = html.read_text() + str([[c.value for c in row] for s in openpyxl.load_workbook(xlsx) for row in s])
    assert not re.search("王小明|欧阳|赵强|李晓红|[0-9a-f]{8}-[0-9a-f]{4}-", text)


def test_the_workbook_says_what_the_page_says(schema, tmp_path):
    report = read(schema, unit=UNIT, kind="term")
    html, xlsx = write(report, tmp_path)
    assert html.name == f"term_{UNIT}_{AS_OF}.html"
    book = openpyxl.load_workbook(xlsx)
    assert book.sheetnames[:3] == ["要点", "先帮扶谁", "指标"]
    first = report.needs[0]
    assert [book["先帮扶谁"].cell(2, n).value for n in (1, 2, 4, 6)] == [
        1,
        first["name"],
        first["n_open"],
        first["points"],
    ]
    assert first["name"] in html.read_text() and first["reasons"] in html.read_text()
    with connect() as conn:
        (n_open,) = conn.execute(
            f"select count(*) from {schema}.fct_child_status where to_on = 'infinity' and is_open and unit_code = %s",
            (UNIT,),
        ).fetchone()
    assert report.totals["open"]["numerator"] == sum(s["n"] for s in report.statuses if s["is_open"]) == n_open
    with connect() as conn:
        known = f"select min(from_on) from {schema}.fct_child_status where unit_code = %s"
        assert report.weeks[0]["day"] >= conn.execute(known, (UNIT,)).fetchone()[0]
    nowhere = [row for row in report.places if row["name"] == "不在任何学校"]
    assert nowhere and all(row["points"] is None for row in nowhere), "no school's points"
    cells = {row[1].value: row[-2].value for row in book["各校" if "各校" in book.sheetnames else book.sheetnames[3]]}
    assert cells["不在任何学校"] == "—"
    assert "unverified" not in str([[cell.value for cell in row] for row in book["口径"]])
    last = report.weeks[-1]
    assert last["day"] == AS_OF and last["absent"] + last["lost"] + last["unconfirmed"] == n_open


def test_every_breakdown_of_the_marts_is_shown(schema, tmp_path):
    report = read(schema)
    with connect() as conn:
        there = conn.execute(
            f"select distinct breakdown from {schema}.fct_indicator where breakdown not in ('all', 'status')"
        ).fetchall()
        open_girls = conn.execute(
            f"""select numerator from {schema}.fct_indicator where tier = 'municipality' and indicator = 'cases_open'
            and breakdown = 'sex' and breakdown_value = '2'"""
        ).fetchone()
    assert len(report.breakdowns) == len(there)
    html, xlsx = write(report, tmp_path)
    assert all(f"<h3>{group.title}</h3>" in html.read_text() for group in report.breakdowns)
    rows = [tuple(cell.value for cell in row) for row in openpyxl.load_workbook(xlsx)["分组指标"]]
    assert ("性别", "女", "在办台账", *open_girls, *open_girls, None) in rows
    told = {(group, zh) for group, _, zh, *_ in rows}
    for group in ("学段", "年级", "性别", "片区"):  # no school of the scenario is classed as urban or rural
        assert {(group, "按时报告率"), (group, "辍学率（流动口径）")} <= told, group
    assert ("在办台账：状态", "在办台账") in told and ("在办台账：状态", "按时报告率") not in told
    assert "片区" not in {group.title for group in read(schema, unit=UNIT).breakdowns}


def test_a_figure_that_is_not_known_says_why():
    missing = {"value": None, "numerator": None, "missing": "unit_of_school", "is_known_at_all": True}
    assert "已撤学校" in shown(missing) and shown(missing | {"missing": None}) == "本级无此项"


def test_needs_are_ordered_by_points(schema):
    points = [row["points"] for row in read(schema).needs]
    assert points == sorted(points, reverse=True) and points[0] > 0


def test_another_tiers_small_number_is_hidden(schema):
    told = {row["indicator"]: row for row in read(schema, school=SCHOOL).indicators}
    assert told["accounted_share"]["above"] is not None or told["accounted_share"]["is_above_hidden"]
    assert any(row["is_above_hidden"] and row["above"] is None for row in told.values())


def test_the_lists_add_up_to_the_marts(schema, tmp_path):
    """Schools to the unit, units to the municipality, and each to the children behind the counts."""
    with connect() as conn:
        for where, scope in (({}, "true"), ({"unit": UNIT}, f"unit_code = '{UNIT}'")):
            report = read(schema, **where)
            for rows, table in ((report.disabled, "fct_disabled_child"), (report.migrants, "fct_migrant_child")):
                (n,) = conn.execute(f"select count(*) from {schema}.{table} where {scope}").fetchone()
                assert total(rows, "n_children") == n, table
            (n,) = conn.execute(f"select sum(n_cases) from {schema}.fct_comparison where {scope}").fetchone()
            assert total(report.comparisons, "n_cases") == n > 0
            (n,) = conn.execute(f"select count(*) from {schema}.mon_early_warning where {scope}").fetchone()
            assert total(report.warnings, "n_high") + total(report.warnings, "n_watch") == n > 0
    _, xlsx = write(report, tmp_path)
    assert {"控辍预警", "比对核查"} <= set(openpyxl.load_workbook(xlsx).sheetnames)


def test_what_is_not_there_is_said(schema):
    for wrong in ({"unit": "999999"}, {"school": "1"}, {"schema": "nowhere"}):
        with pytest.raises(PublishError):
            read(**({"schema": schema} | wrong))


@pytest.mark.parametrize(
    ("kind", "as_of", "from_on", "zh"),
    [
        ("month", date(2019, 10, 11), date(2019, 10, 1), "2019年10月"),
        ("quarter", date(2019, 12, 31), date(2019, 10, 1), "2019年第四季度"),
        ("term", date(2019, 9, 1), date(2019, 9, 1), "2019年秋季学期"),
        ("term", date(2020, 1, 31), date(2019, 9, 1), "2019年秋季学期"),
        ("term", date(2020, 2, 1), date(2020, 2, 1), "2020年春季学期"),
        ("term", date(2020, 8, 31), date(2020, 2, 1), "2020年春季学期"),
        ("year", date(2020, 8, 31), date(2019, 9, 1), "2019-2020学年"),
        ("year", date(2020, 9, 1), date(2020, 9, 1), "2020-2021学年"),
    ],
)
def test_periods(kind, as_of, from_on, zh):
    found = period(kind, as_of)
    assert (found.from_on, found.to_on, found.zh) == (from_on, as_of, zh)


def test_for_a_script_the_command_names_the_files(schema, tmp_path):
    done = CliRunner().invoke(app, ["report", "--schema", schema, "--unit", UNIT, "--out", str(tmp_path), "--json"])
    assert done.exit_code == 0
    assert sorted(json.loads(done.output)["files"]) == sorted(str(path) for path in tmp_path.iterdir())
