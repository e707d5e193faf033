"""`rollcall review` as a person uses it: exit codes, what it prints, and that names stay where they belong."""

import json
import logging
import os
import subprocess
import sys

import psycopg
import pytest
from typer.testing import CliRunner

from rollcall.cli.main import app, plain
from rollcall.warehouse.connect import connect
from rollcall.warehouse.settings import settings
from tests.dbt.municipality import UNIT
from tests.identity.review.conftest import SECRETS
from tests.identity.review.test_review_lists import Clerk
from tests.privacy.vault import in_files, in_schema

LISTED = {
    *("review_id", "asked_by", "pupil_key", "child_key", "subject", "reason", "rank", "weight", "margin"),
    *("model_version", "evidence_hash", "agrees", "differs", "subject_sender", "subject_row_hash", "child_sender"),
    *("child_row_hash", "since", "n_days", "subject_unit", "home_unit", "verdict", "decided_by", "decided_at"),
}


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: str):
    return CliRunner().invoke(app, ["review", *map(str, arguments)])


def told(*arguments: str) -> dict:
    return json.loads(run(*arguments, "--json").stdout)


def logged(conn) -> list:
    return conn.execute("select action, unit_code, n_rows from ops.access_log order by access_id").fetchall()


def test_list_counts_and_names_nobody(conn, queue):
    found = told("list")
    assert (found["n"], found["by_unit"]) == (3, {"500101": 2, "500102": 1})
    assert found["by_reason"] == {"low_weight": 3}
    assert {pair["margin"] for pair in found["pairs"]} == {None}, "no other child is near"
    assert found["by_age"] == {"31+": 1, "0-7": 2}
    assert [pair["review_id"] for pair in found["pairs"]] == list(queue.values())
    assert [pair["review_id"] for pair in told("list", "--days", 31)["pairs"]] == [queue["ours"]]
    shown = run("list", "--limit", 1).stdout
    assert "存疑 In doubt: 3" in shown and "另有 2 对" in shown
    assert not any(secret in shown for secret in SECRETS)
    assert logged(conn) == [], "nobody's name was shown"


def test_show_puts_both_rows_side_by_side_and_logs_it(conn, queue):
    done = run("show", queue["ours"])
    assert done.exit_code == 0
    assert "欧阳店名" in done.stdout and "欧阳点名" in done.stdout and "同音 same sound" in done.stdout
    assert "第一小学" in done.stdout and "6.5" in done.stdout
    assert logged(conn) == [("review show", UNIT, 1)]
    compared = {row["field"]: row["state"] for row in told("show", queue["ours"])["compared"]}
    assert (compared["name"], compared["birth_on"], compared["guardian_phone"]) == ("alike", "equal", "missing")


def test_decide_from_the_command(conn, queue):
    done = run("decide", queue["ours"], "different", "--why", "双胞胎")
    assert done.exit_code == 0 and "不是同一人" in done.stdout
    assert "此前已裁定" in run("decide", queue["ours"], "different", "--why", "双胞胎").stdout
    assert [pair["verdict"] for pair in told("list", "--decided")["pairs"]] == ["different"]
    assert told("list", "--decided")["pairs"][0]["decided_by"]
    assert run("decide", queue["ours"], "perhaps", "--why", "x").exit_code == 2
    assert run("decide", queue["ours"], "same").exit_code == 2, "a reason is required"
    assert "不在核对清单中" in plain(run("decide", 4711, "same", "--why", "x").exception)


def test_list_for_scripts_leaves_out_what_people_wrote(conn, queue):
    """A reason is free text, and may name somebody. `decided_by` is a login."""
    assert run("decide", queue["ours"], "different", "--why", f"是{SECRETS[0]}的双胞胎").exit_code == 0
    assert SECRETS[0] in conn.execute("select why from identity.review where verdict is not null").fetchone()[0], (
        "it is kept, in the vault"
    )
    for arguments in (("list",), ("list", "--decided")):
        done = run(*arguments, "--json")
        assert not any(secret in done.stdout for secret in SECRETS)
        pairs = json.loads(done.stdout)["pairs"]
        # Whoever adds a column decides here whether it may be free text.
        assert pairs and {name for pair in pairs for name in pair} == LISTED


def test_out_and_back(conn, queue, tmp_path):
    out = tmp_path / "500101.xlsx"
    done = run("export", "--unit", UNIT, "--reason", "十月核对", "--out", out)
    assert done.exit_code == 0 and "2 对" in done.stdout
    clerk = Clerk(out.read_bytes())
    clerk.write(clerk.line(queue["ours"]), 裁定="同一人", 依据="查看户口簿")
    clerk.write(clerk.line(queue["across"]), 裁定="同一人")
    back = tmp_path / "back.xlsx"
    back.write_bytes(clerk.send())
    done = run("import", back)
    assert done.exit_code == 3 and "未写依据" in done.stdout
    assert [line["outcome"] for line in told("import", back)["lines"]] == ["unchanged", "refused"]
    assert [action for action, _, _ in logged(conn)] == ["review export", "review import", "review import"]
    assert run("import", tmp_path / "nothing.xlsx").exit_code == 1
    assert run("export", "--unit", UNIT, "--out", out).exit_code == 2, "no list without a reason"


def test_nobody_s_name_in_logs_errors_or_the_ledger(conn, queue, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    out = tmp_path / "list.xlsx"
    assert run("show", queue["ours"]).exit_code == 0
    assert run("export", "--unit", UNIT, "--reason", "十月核对", "--out", out).exit_code == 0
    clerk = Clerk(out.read_bytes())
    clerk.write(clerk.line(queue["ours"]), 裁定="欧阳点名", 依据="上官清单")
    clerk.write(clerk.line(queue["across"]), 编号="欧阳点名", 裁定="同一人", 依据="x")
    back = tmp_path / "back.xlsx"
    back.write_bytes(clerk.send())
    done = run("import", back)
    faults = [run("export", "--unit", UNIT, "--reason", f"核对{SECRETS[0]}", "--out", tmp_path / "x.xlsx")]
    faults.append(run("decide", queue["ours"], "same", "--why", " "))
    said = caplog.text + "".join(plain(fault.exception) for fault in faults)
    # The line that came back with a name for its number is told by its line, and kept in the vault.
    assert "退回" in done.stdout and not any(secret in done.stdout for secret in SECRETS)
    assert not any(secret in said for secret in SECRETS)
    with connect("pipeline") as other:
        assert in_schema(other, "ops", SECRETS) == []
        assert in_schema(other, "marts", SECRETS) == []
    assert list(in_files(settings().home, SECRETS)) == []


def test_the_log_cannot_be_changed(conn, queue):
    run("show", queue["ours"])
    for statement in ("update ops.access_log set who = 'nobody'", "delete from ops.access_log"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement)
        conn.rollback()


def test_an_analyst_sees_neither_log_nor_queue(conn, queue):
    for table in ("ops.access_log", "identity.review", "identity.verdict_line"):
        with connect("analyst") as analyst, pytest.raises(psycopg.errors.InsufficientPrivilege):
            analyst.execute(f"select * from {table}")


def test_a_file_is_private_whatever_the_umask(conn, queue, tmp_path):
    out = tmp_path / "list.xlsx"
    code = (
        f"import os; os.umask(0)\nfrom rollcall.cli.main import app\n"
        f"app(['review', 'export', '--unit', '{UNIT}', '--reason', '核对', '--out', {str(out)!r}])"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert os.stat(out).st_mode & 0o777 == 0o600
