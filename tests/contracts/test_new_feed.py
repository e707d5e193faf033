"""One more feed on a warehouse that runs: a contract, a suite, a staging model, and its rows are there to be read."""

import shutil
from datetime import date, datetime

import pytest
from typer.testing import CliRunner

from rollcall.cli.contracts import app
from rollcall.ingest.deliver import deliver
from rollcall.ingest.inbox import discover
from rollcall.ingest.label import SHANGHAI
from rollcall.ingest.lanes import plan
from rollcall.warehouse.connect import connect, connect_admin
from rollcall.warehouse.settings import REPO
from tests.dbt.build import failures, run_dbt
from tests.ingest.sending import Sent, put, send
from tests.ingest.test_verdicts import school

RECEIVED = datetime(2019, 9, 3, 8, tzinfo=SHANGHAI)
ROW = {
    "staff_no": "T-1",
    "school_code": "2150900001",
    "is_established": "是",
    "is_full_time_teacher": "是",
    "stage": "初中",
    "subject": "数学",
    "education_level": "大学本科",
    "title_rank": "中级",
    "is_backbone": "否",
    "is_special_post": "否",
    "is_directed_graduate": "否",
}


@pytest.fixture
def project(wipe, tmp_path, monkeypatch):
    """The repository's three rooms with a feed `helper` more, written by hand as the README says; no `rollcall up`."""
    for room in ("contracts", "expectations", "dbt_project"):
        shutil.copytree(REPO / room, tmp_path / room, ignore=shutil.ignore_patterns("target*", "logs"))
    text = (REPO / "contracts" / "staff.yaml").read_text("utf-8")
    text = text.replace("rollcall.staff", "rollcall.helper").replace("name: staff\n", "name: helper\n")
    (tmp_path / "contracts" / "helper.yaml").write_text(text, "utf-8")
    models = tmp_path / "dbt_project" / "models" / "staging" / "school"
    for kind in ("sql", "yml"):
        model = (models / f"stg_school__staff.{kind}").read_text("utf-8")
        model = model.replace("'history', 'staff'", "'history', 'helper'").replace("school__staff", "school__helper")
        (models / f"stg_school__helper.{kind}").write_text(model, "utf-8")
    monkeypatch.setenv("ROLLCALL_CONTRACTS", str(tmp_path / "contracts"))
    assert CliRunner().invoke(app, ["build"]).exit_code == 0
    yield tmp_path / "dbt_project"
    with connect_admin() as admin:
        admin.execute("drop table if exists history.helper cascade")
        admin.execute("drop schema if exists new_feed, new_feed_work cascade")


@pytest.mark.slow
def test_rows_of_a_new_feed_are_filed_and_read_without_a_migration(project):
    send(school())  # against which it is judged
    put(Sent("helper", "500101", date(2019, 9, 2), RECEIVED, (ROW, ROW | {"staff_no": "T-2", "stage": "火星"})))
    discover(["helper"], settle_seconds=0)
    outcomes = [outcome for lane in plan("helper", 1) for outcome in deliver(lane)]
    # The suite judged it: one of the two rows has a code that nobody knows.
    assert [(o.verdict, o.n_read, o.n_rejected) for o in outcomes] == [("accepted", 2, 1)]
    done = run_dbt(
        *("new_feed", "2019-09-08", "2019-09-08 23:59:00+08", "build", "--select", "stg_school__helper"),
        project=project,
    )
    assert failures(done) == []
    with connect() as conn:
        rows = conn.execute("select unit_code, staff_no, is_established from new_feed_work.stg_school__helper")
        assert rows.fetchall() == [("500101", "T-1", True)]
