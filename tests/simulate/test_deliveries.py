"""What lies in the inbox: complete, readable, with every kind of fault, and the same bytes each time."""

import hashlib
import json
from collections import Counter
from datetime import datetime

import pytest

from rollcall.contracts.load import contracts
from rollcall.ingest.read import ReadRefused, read_file
from rollcall.simulate.faults import ROTTEN_ROLLS, ROWS, SOUND_ROLLS
from rollcall.simulate.spoil import ROW_KINDS
from tests.simulate.conftest import Written


@pytest.fixture(scope="module")
def deliveries(written):
    return written.read("delivery")


def test_every_feed_is_sent(deliveries):
    assert {row["feed"] for row in deliveries} == set(contracts())
    senders = {row["sender"] for row in deliveries}
    assert len(senders) == 41 + 38 + 3


def test_files_are_what_the_truth_says(written, deliveries):
    for row in deliveries:
        path = written.inbox / row["sender"] / row["feed"] / row["file_name"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
        manifest = path.with_name(path.name + ".manifest.json")
        if manifest.exists():
            told = json.loads(manifest.read_text("utf-8"))
            assert datetime.fromisoformat(told["received_at"]) == row["received_at"]
            assert told["business_date"] == row["business_date"].isoformat()
        else:
            assert path.stat().st_mtime == row["received_at"].timestamp()


def test_a_minimum_of_every_fault(written, deliveries):
    kinds = Counter(row["rot_kind"] for row in deliveries)
    assert set(kinds) >= set(ROTTEN_ROLLS) | {"late", "very_late", "doubled", "corrected", "a_b_a", "mended"}
    assert "half_arrived" in SOUND_ROLLS and list(written.inbox.glob("*/roll/*_uploading*"))
    # One more in the summer before, from the unit that began first.
    rolls = Counter(
        (row["sender"], row["business_date"])
        for row in deliveries
        if row["feed"] == "roll" and row["business_date"].month > 8
    )
    assert len(rolls) == 41 * 4 - SOUND_ROLLS.count("missing")
    assert sum(row["is_rotten"] for row in deliveries) >= len(ROTTEN_ROLLS) + 5
    assert {row["revision"] for row in deliveries} == {1, 2, 3}


def test_a_correction_corrects_something(written, deliveries):
    sent = {}
    for row in deliveries:
        if row["rot_kind"] in ("corrected", "a_b_a"):
            path = written.inbox / row["sender"] / row["feed"] / row["file_name"]
            table = read_file(path, contracts()[row["feed"]], row["file_name"]).table
            sent.setdefault((row["rot_kind"], row["feed"], row["sender"]), {})[row["revision"]] = table.drop(["line"])
    assert {(kind, feed) for kind, feed, _ in sent} == {
        ("a_b_a", "roll"),
        *(("corrected", feed) for feed in ("roll", "school", "aid_payment", "population", "outside_enrolment")),
    }
    for versions in sent.values():
        assert not versions[1].equals(versions[2])
        assert 3 not in versions or versions[3].equals(versions[1])


def test_every_kind_of_bad_row_is_planted(written):
    planted = {row["kind"] for row in written.read("rejected_row")}
    assert planted == set(ROW_KINDS)
    assert {row["feed"] for row in written.read("rejected_row")} == set(ROWS)


def test_sound_files_can_be_read_and_planted_rows_lie_where_the_truth_says(written, deliveries):
    known = contracts()
    lines = {}
    for row in written.read("rejected_row"):
        lines.setdefault((row["sender"], row["feed"], row["file_name"]), set()).add(row["line"])
    containers = Counter()
    for row in deliveries:
        path = written.inbox / row["sender"] / row["feed"] / row["file_name"]
        try:
            reading = read_file(path, known[row["feed"]], row["file_name"])
        except ReadRefused:
            assert row["is_rotten"]
            continue
        containers[reading.container] += 1
        if row["is_rotten"]:
            continue
        assert reading.table.num_rows == row["n_rows"]
        wanted = lines.get((row["sender"], row["feed"], row["file_name"]), set())
        assert wanted <= set(reading.table["line"].to_pylist())
    assert {name.split("+")[-1] for name in containers} >= {"csv", "xlsx", "xls", "tsv", "html"}
    assert any(name.startswith("zip") for name in containers) and any(name.startswith("gzip") for name in containers)


def test_same_arguments_same_bytes(tmp_path):
    first, second, other = (Written(tmp_path / name, 1, seed) for name, seed in (("a", 7), ("b", 7), ("c", 8)))
    files = _hashes(first)
    assert files == _hashes(second)
    assert files != _hashes(other)
    assert first.read("status") == second.read("status")
    assert first.read("delivery") == second.read("delivery")


def _hashes(written: Written) -> dict[str, str]:
    return {
        str(path.relative_to(written.inbox)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(written.inbox.rglob("*"))
        if path.is_file()
    }
