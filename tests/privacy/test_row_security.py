"""The check of row-level security sees each way of forgetting it."""

import psycopg
import pytest

from rollcall.warehouse.connect import connect
from tests.privacy.row_security import unprotected


@pytest.fixture
def study(conn):
    conn.execute("create schema study")
    yield conn
    conn.execute("drop schema study cascade")


def test_forgotten_policies_are_seen(study):
    study.execute("create table study.bare (unit_code text)")
    study.execute("create table study.half (unit_code text)")
    study.execute("alter table study.half enable row level security")
    study.execute("create table study.whole (unit_code text)")
    study.execute("alter table study.whole enable row level security")
    study.execute("create policy p on study.whole for select to rollcall_analyst using (true)")
    study.execute("create view study.past as select * from study.whole")
    study.execute("create view study.through with (security_invoker = true) as select * from study.whole")
    study.execute("create materialized view study.stored as select * from study.whole")
    assert unprotected(study, "study") == ["bare", "half", "past", "stored"]


@pytest.mark.parametrize("table", ["ops.delivery", "ops.rejected_row", "history.roll", "identity.link", "ops.alert"])
def test_analysts_read_marts_only(conn, table):
    with connect("analyst") as analyst, pytest.raises(psycopg.errors.InsufficientPrivilege):
        analyst.execute(f"select * from {table}")
