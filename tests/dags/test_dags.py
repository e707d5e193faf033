"""The Dag folder: every feed has its Dag, all of it is read quickly, and nobody has to guess how to
re-run.
"""

import shutil

from rollcall.contracts.load import contracts
from rollcall.warehouse.settings import REPO

HEAVY = {"great_expectations", "dbt", "splink", "duckdb", "pandas", "open_data_contract_standard"}


def test_every_feed_has_a_dag(dags):
    assert dags["errors"] == {}
    assert set(dags["dags"]) == {f"ingest_{name}" for name in contracts()} | {"publish_marts"}


def test_each_file_is_read_in_under_two_seconds(dags):
    assert dags["seconds"]
    assert max(dags["seconds"].values()) < 2


def test_nothing_heavy_is_imported_to_read_them(dags):
    assert not HEAVY & set(dags["loaded"])


def test_each_says_what_when_and_how_to_run_again(dags):
    for dag_id, dag in dags["dags"].items():
        for words in ("做什么", "何时", "如何重跑", "**What**", "**When**", "**Run again**"):
            assert words in dag["doc"], dag_id


def test_ingest_dags_are_owned_retried_and_never_overlap(dags):
    for name, contract in contracts().items():
        dag = dags["dags"][f"ingest_{name}"]
        assert dag["owner"] == contract.owner
        assert dag["params"] == ["mode", "sender", "from", "to"]
        assert (dag["max_active_runs"], dag["catchup"]) == (1, False)
        assert set(dag["tasks"]) == {"discover", "lane"}
        for task in dag["tasks"].values():
            assert task["retries"] == 2 and task["pool"] == "warehouse"
            assert task["has_callback"] and task["is_heard_to_work"]


def test_no_two_lanes_tell_through_the_same_alias(read_dags):
    """They may end at the same moment, and Airflow calls one of them failed if both note the same."""
    for dag_id, dag in read_dags(ROLLCALL_LANES="3")["dags"].items():
        if dag_id.startswith("ingest_"):
            outlets = dag["tasks"]["lane"]["outlets"]
            assert len(set(outlets)) == 3 and all(dag_id.removeprefix("ingest_") in name for name in outlets)


def test_the_feed_with_the_most_work_goes_first(dags):
    weights = {
        dag_id: dag["tasks"]["lane"]["priority"] for dag_id, dag in dags["dags"].items() if "lane" in dag["tasks"]
    }
    assert max(weights, key=weights.get) in ("ingest_roll", "ingest_roll_change")
    assert (
        weights["ingest_roll"] > weights["ingest_population"] > weights["ingest_school"] > weights["ingest_school_base"]
    )


def test_a_feed_wakes_those_that_refer_to_it(dags):
    for name, contract in contracts().items():
        timetable = dags["dags"][f"ingest_{name}"]["timetable"]
        assert "Asia/Shanghai" in timetable or not contract.references
        for referenced in contract.references:
            assert f"rollcall://history/{referenced}'" in timetable


def test_publish_hears_every_feed_and_has_a_deadline(dags):
    publish = dags["dags"]["publish_marts"]
    assert all(f"rollcall://history/{name}'" in publish["timetable"] for name in contracts())
    assert "30 22 * * *" in publish["timetable"]
    assert publish["deadline_callbacks"]
    # The alerts follow a failed publish too, and must not turn its run green.
    assert publish["tasks"]["alert"]["is_teardown"]
    assert [task for task, facts in publish["tasks"].items() if facts["is_teardown"]] == ["alert"]


def test_nothing_needs_a_triggerer(dags):
    """There is none: Airflow runs a SyncCallback in the executor, an AsyncCallback in a triggerer."""
    for dag in dags["dags"].values():
        assert set(dag["deadline_callbacks"]) <= {"SyncCallback"}
        assert not any(task["defers"] for task in dag["tasks"].values())


def test_a_new_contract_is_a_new_dag(read_dags, tmp_path):
    shutil.copytree(REPO / "contracts", tmp_path / "contracts")
    text = (REPO / "contracts" / "absence.yaml").read_text("utf-8")
    new = text.replace("name: absence\n", "name: night_check\n", 1)
    (tmp_path / "contracts" / "night_check.yaml").write_text(new, "utf-8")
    assert "ingest_night_check" in read_dags(ROLLCALL_CONTRACTS=str(tmp_path / "contracts"))["dags"]


def test_a_task_reads_only_its_own_contract(read_dags, tmp_path):
    (tmp_path / "roll.yaml").write_bytes((REPO / "contracts" / "roll.yaml").read_bytes())
    (tmp_path / "staff.yaml").write_text("never: [opened", "utf-8")
    found = read_dags(ROLLCALL_CONTRACTS=str(tmp_path), _AIRFLOW_PARSING_CONTEXT_DAG_ID="ingest_roll")
    assert "ingest_roll" in found["dags"]
