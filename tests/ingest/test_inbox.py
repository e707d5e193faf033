"""When a file is taken out of the inbox, and what its manifest has to do with it."""

import hashlib
import json
import os
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from rollcall.contracts.manifest import FIELDS, SUFFIX
from rollcall.contracts.sending_page import NAMES
from rollcall.ingest.inbox import discover
from rollcall.ingest.label import SHANGHAI, label_of_name, manifest_path
from rollcall.warehouse.connect import connect
from rollcall.warehouse.settings import settings
from tests.ingest.sending import Sent, ingest

ROWS = tuple(
    {"transfer_no": f"BK{n}", "unit_code": "500101", "programme": "boarding", "term": "2019-2020-1"}
    | {"n_persons": "10", "amount_fen": "5000", "transferred_on": "2019-09-02"}
    for n in range(3)
)
SENT = Sent("aid_transfer", "municipality", date(2019, 9, 2), datetime(2019, 9, 2, 8, tzinfo=SHANGHAI), ROWS)
DATA = SENT.text
HASH = hashlib.sha256(DATA).hexdigest()


def lay(data: bytes = DATA, age: float = 3600.0) -> Path:
    """The file in its folder, last written `age` seconds ago."""
    path = settings().inbox / SENT.sender / SENT.feed / "aid_transfer_20190902.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    written = time.time() - age
    os.utime(path, (written, written))
    return path


def tell(path: Path, **told) -> None:
    manifest_path(path).write_text(json.dumps({"business_date": "2019-09-02"} | told), "utf-8")


def deliveries() -> list[tuple]:
    with connect("pipeline") as conn:
        return conn.execute("select verdict, manifest, reasons from ops.delivery order by delivery_id").fetchall()


def rules(reasons: list[dict]) -> list[str]:
    return [reason["rule"] for reason in reasons]


def test_without_a_hash_a_file_settles_whether_it_has_a_manifest_or_not(wipe):
    for told in (None, {}, {"n_bytes": len(DATA)}):
        path = lay(age=5)
        if told is not None:
            tell(path, **told)
        assert discover() == [] and path.exists()
    lay()
    assert len(discover()) == 1 and not path.exists() and not manifest_path(path).exists()


def test_with_a_hash_a_file_need_not_settle(wipe):
    path = lay(age=0)
    tell(path, sha256=HASH.upper())
    assert len(discover()) == 1


@pytest.mark.parametrize("told", [{"sha256": HASH}, {"n_bytes": len(DATA)}])
def test_half_a_file_waits_for_the_other_half(wipe, told):
    tell(lay(DATA[: len(DATA) // 2]), **told)
    assert discover() == []
    lay()
    assert len(discover()) == 1


def test_a_hash_that_agrees_does_not_excuse_a_wrong_size(wipe):
    tell(lay(), sha256=HASH, n_bytes=len(DATA) + 1)
    assert discover() == []


def test_a_manifest_that_comes_late_is_told_in_the_ledger_and_does_not_wait_for_the_next_file(wipe):
    path = lay()
    (taken,) = discover()
    tell(path, sha256=HASH, n_rows=99)
    discover()
    assert manifest_path(path).exists(), "the delivery is undecided"
    ingest()
    discover()
    ((verdict, manifest, reasons),) = deliveries()
    assert (verdict, manifest, rules(reasons)) == ("accepted", None, ["manifest_late"])
    assert taken and not manifest_path(path).exists()


def test_a_manifest_left_behind_by_a_killed_process_was_read(wipe):
    path = lay()
    tell(path, sha256=HASH, n_rows=3)
    ingest()
    tell(path, sha256=HASH, n_rows=3)
    discover()
    ((verdict, manifest, reasons),) = deliveries()
    assert verdict == "accepted" and manifest["n_rows"] == 3 and reasons == []
    assert not manifest_path(path).exists()


def test_a_manifest_that_comes_first_waits_for_its_file(wipe):
    path = lay()
    ingest()
    other = DATA + b"\r\n"
    tell(path, sha256=hashlib.sha256(other).hexdigest(), revision=2)
    discover()
    assert manifest_path(path).exists()
    lay(other, age=0)
    assert len(discover()) == 1


@pytest.mark.parametrize(
    "told", [{"n_rows": "many"}, {"n_rows": 10**30}, {"n_bytes": -1}, {"sha256": 5}, {"sender": "\u0000"}]
)
def test_a_field_that_cannot_be_read_refuses_the_file(wipe, told):
    tell(lay(), **told)
    assert discover() == [], "it may still be being written"
    discover(settle_seconds=0)
    ((verdict, manifest, reasons),) = deliveries()
    assert (verdict, manifest, rules(reasons)) == ("refused", None, ["manifest_unreadable"])


def test_fields_nobody_agreed_on_are_not_kept(wipe):
    tell(lay(), sha256=HASH, clerk="冉试验")
    discover()
    assert set(deliveries()[0][1]) == {"business_date", "sha256"}


def test_names_on_the_page_are_read_as_it_says(tmp_path):
    found = []
    for name in NAMES:
        (tmp_path / name).touch()
        label = label_of_name(tmp_path / name)
        found.append((label.business_date, label.revision))
    day = date(2019, 9, 2)
    assert found == [(day, 1), (day, 1), (day, 2), (day, 2)]


def test_the_example_on_the_page_is_a_manifest(wipe):
    path = lay(age=0)
    told = {field.name: json.loads(field.example) for field in FIELDS}
    told |= {"feed": SENT.feed, "sender": SENT.sender, "sha256": HASH, "n_bytes": len(DATA)}
    path.with_name(path.name + SUFFIX).write_text(json.dumps(told), "utf-8")
    assert len(discover()) == 1
    with connect("pipeline") as conn:
        revision, received_at = conn.execute("select revision, received_at from ops.delivery").fetchone()
    assert revision == 2 and received_at == datetime(2019, 9, 2, 16, 5, tzinfo=SHANGHAI)
    assert received_at - SENT.received_at == timedelta(hours=8, minutes=5)
