"""What derives from the contracts is current, keeps what people wrote, and covers one more feed unasked."""

import json
import shutil

import pytest
import yaml
from typer.testing import CliRunner

from rollcall.cli.contracts import app
from rollcall.contracts.build import build, stale_files
from rollcall.contracts.derive import SEVERITY
from rollcall.contracts.load import contract, contracts
from rollcall.contracts.place import REPOSITORY
from rollcall.contracts.predicates import ROWS, query_of
from rollcall.contracts.suite import expectations


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A copy of the contracts and suites that a test may change."""
    for room in ("contracts", "expectations"):
        shutil.copytree(REPOSITORY / room, tmp_path / room)
    monkeypatch.setenv("ROLLCALL_CONTRACTS", str(tmp_path / "contracts"))
    build()
    return tmp_path


def test_derived_files_are_current():
    assert [path.name for path in stale_files()] == []


def test_check_fails_when_a_contract_changed_and_build_mends_it(elsewhere):
    path = elsewhere / "contracts/school.yaml"
    path.write_text(path.read_text("utf-8").replace("在校学生数", "学生总数"), "utf-8")
    from rollcall.contracts import load

    load._load.cache_clear()
    checked = CliRunner().invoke(app, ["build", "--check"])
    assert checked.exit_code == 1
    assert "feeds.md" in checked.output
    assert CliRunner().invoke(app, ["build"]).exit_code == 0
    assert CliRunner().invoke(app, ["build", "--check"]).exit_code == 0


def test_domain_rules_survive_a_rebuild(elsewhere):
    path = elsewhere / "expectations/staff.json"
    suite = json.loads(path.read_text("utf-8"))
    written = {
        "type": ROWS,
        "meta": {
            "rule": "length_wrong",
            "origin": "domain",
            "action": "warn",
            "predicate": "subject ~ '^(?:a){2}'",
        },
    }
    suite["expectations"] = [written]
    path.write_text(json.dumps(suite), "utf-8")
    build()
    found = expectations("staff")
    assert len(found) > 10
    assert found[-1]["kwargs"] == {"unexpected_rows_query": query_of("subject ~ '^(?:a){2}'")}
    assert found[-1]["severity"] == "info"


def test_one_more_feed_needs_one_contract(elsewhere):
    text = (REPOSITORY / "contracts/staff.yaml").read_text("utf-8")
    (elsewhere / "contracts/helper.yaml").write_text(
        text.replace("rollcall.staff", "rollcall.helper").replace("name: staff\n", "name: helper\n"), "utf-8"
    )
    from rollcall.contracts import load

    load._load.cache_clear()
    assert contract("helper").columns == contract("staff").columns
    build()
    assert expectations("helper") == expectations("staff")
    tables = yaml.safe_load((elsewhere / "dbt_project/models/sources.yml").read_text("utf-8"))["sources"][0]["tables"]
    assert "helper" in [table["name"] for table in tables]
    assert "`helper`" in (elsewhere / "docs/feeds.md").read_text("utf-8")
    assert "\nhelper," in (elsewhere / "dbt_project/seeds/seed_feed.csv").read_text("utf-8")


@pytest.mark.parametrize("feed", sorted(contracts()))
def test_suites_are_consistent(feed):
    found = expectations(feed)
    assert found[0]["meta"]["rule"] == "staged_rows_complete"
    for item in found:
        assert item["severity"] == SEVERITY[item["meta"]["action"]]
        if item["type"] == ROWS and item["meta"]["action"] != "refuse":
            assert item["kwargs"]["unexpected_rows_query"] == query_of(item["meta"]["predicate"])
    named = [(i["meta"]["rule"], i["kwargs"].get("column") or i["meta"].get("column")) for i in found]
    assert len(set(named)) == len(named)


def test_feed_pages_cover_every_column_and_rule():
    page = (REPOSITORY / "docs/feeds.md").read_text("utf-8")
    for feed in contracts().values():
        assert f"`{feed.name}`" in page
        assert all(column.zh in page and all(alias in page for alias in column.aliases) for column in feed.columns)
        assert all(f'<a id="rule-{item["meta"]["rule"]}"></a>' in page for item in expectations(feed.name))


def test_list_as_json():
    listed = json.loads(CliRunner().invoke(app, ["list", "--json"]).output)
    assert listed["roll"]["key"] == ["roll_number"]
    assert len(listed) == len(contracts())
