"""The search finds what is planted, wherever it is, and nothing where nothing is."""

import json
from datetime import date

import pytest
from psycopg.types.json import Jsonb

from rollcall.warehouse.connect import connect
from rollcall.warehouse.settings import settings
from tests.privacy.vault import in_files, in_schema
from tests.publish.ledger import deliver, open_term

MONDAY = date(2019, 9, 2)
NAME, ID_NUMBER = "欧阳点名", "500991201003070042"


def test_an_ordinary_ledger_is_clean(conn):
    open_term(conn)
    assert in_schema(conn, "ops", [NAME]) == []


@pytest.mark.parametrize("secret", [NAME, ID_NUMBER, "G" + ID_NUMBER])
def test_what_is_in_the_ledger_is_found(conn, secret):
    deliver(conn, "roll", "500101", MONDAY, "refused", reasons=[{"rule": "x", "value": secret}])
    assert in_schema(conn, "ops", [NAME]) == ["ops.delivery.reasons"]


def test_a_rejected_row_is_in_the_vault(conn):
    number = deliver(conn, "roll", "500101", MONDAY)
    conn.execute("insert into ops.rejected_row values (%s, 1, null, '{x}', %s)", (number, Jsonb({"name": NAME})))
    assert in_schema(conn, "ops", [NAME]) == []


def test_a_hash_is_no_id_number(conn):
    deliver(conn, "roll", "500101", MONDAY, reasons=[{"rule": f"a{ID_NUMBER}"}, {"n": int(ID_NUMBER + "7")}])
    assert in_schema(conn, "ops", []) == []


@pytest.mark.parametrize(
    "content",
    [
        f"line of a log: {NAME}".encode(),
        NAME.encode("gb18030"),
        json.dumps({"name": NAME}).encode(),
        f"Key (id_number)=({ID_NUMBER})".encode(),
    ],
)
def test_what_is_in_a_file_is_found(tmp_path, content):
    for folder in ("logs", "archive"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.log").write_bytes(content)
    assert list(in_files(tmp_path, [NAME])) == ["logs/a.log"]


def test_a_file_named_for_somebody_is_found(tmp_path):
    (tmp_path / f"{NAME}.txt").write_text("")
    assert len(list(in_files(tmp_path, [NAME]))) == 1


def test_the_databases_log_quotes_no_row(conn):
    """The log of the server is no vault though it lies in its directory."""
    with pytest.raises(Exception, match="invalid input syntax"):
        conn.execute(f"select '{ID_NUMBER}{NAME}'::date")
    with connect("pipeline") as other:
        other.execute("create temporary table t (a text primary key)")
        other.execute("insert into t values (%s)", (NAME,))
        with pytest.raises(Exception, match="duplicate key"):
            other.execute("insert into t values (%s)", (NAME,))
    log = (settings().postgres / "server.log").read_bytes()
    assert NAME.encode() not in log and ID_NUMBER.encode() not in log


def test_messages_of_a_failed_build_are_masked():
    from rollcall.publish.candidate import masked

    said = [
        f'Database Error in model x\n  invalid input syntax for type date: "{ID_NUMBER}"\n  LINE 3: {NAME}',
        f"duplicate key value violates unique constraint\n  DETAIL:  Key (name)=({NAME}) already exists.",
        f"division by zero {NAME} {ID_NUMBER}",
    ]
    for message in said:
        assert NAME not in masked(message) and ID_NUMBER not in masked(message)
    assert masked("Got 3 results, configured to fail if != 0") == "Got 3 results, configured to fail if != 0"
