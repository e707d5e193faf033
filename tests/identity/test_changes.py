"""What is kept from one publish to the next, keys of names and numbers, is the same however the rows came."""

from uuid import UUID

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier

from rollcall.contracts.load import contract
from rollcall.identity.keys import refresh
from rollcall.identity.numbers import check_digit
from rollcall.identity.pseudonym import number_keys
from rollcall.warehouse.connect import connect
from rollcall.warehouse.history import ensure_history
from tests.dbt.municipality import Municipality

NAMES = st.sampled_from(["张偉", "张伟", "章玮", "王?明", "王小明", "欧阳明", "阿依古丽·买买提", "李*"])
SOUND = [body + check_digit(body) for body in ("50090120100305123", "50090120100305124", "50090120110406777")]
SLIPPED = [number[:9] + str((int(number[9]) + 1) % 10) + number[10:] for number in SOUND]
STEPS = st.lists(st.lists(st.tuples(NAMES, st.sampled_from(SLIPPED)), min_size=1, max_size=5), min_size=1, max_size=4)
KEPT = ("name_key", "number_neighbour", "lunar_day")


@pytest.fixture(scope="module")
def conn(warehouse):
    with connect("pipeline", autocommit=True) as connection:
        yield connection
        _empty(connection, *KEPT)
        connection.execute("delete from history.roll")


def _empty(conn, *tables: str) -> None:
    for table in tables:
        conn.execute(SQL("delete from {}").format(Identifier("identity", table)))


def _kept(conn) -> dict[str, list]:
    return {
        table: sorted(conn.execute(SQL("select t::text from {} as t").format(Identifier("identity", table))).fetchall())
        for table in KEPT
    }


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_keys_step_by_step_are_keys_at_once(conn, steps):
    municipality = Municipality(conn)
    _empty(conn, "name_key", "number_neighbour")
    with conn.transaction():
        ensure_history(conn, contract("roll"))
        conn.execute("delete from history.roll")
    for step in steps:
        for name, number in step:
            key = number_keys(pa.array([number])).to_pylist()[0]
            municipality.pupil(name, name=name, id_number=number, id_number_key=UUID(key), id_number_state="bad_check")
        refresh(conn)
        assert refresh(conn) == {"names": 0, "numbers": 0}
    grown = _kept(conn)
    assert all(grown.values())
    _empty(conn, *KEPT)
    refresh(conn)
    assert _kept(conn) == grown


def test_a_child_born_in_a_new_year_brings_that_years_lunar_days(conn):
    """Years in which nobody else in the tests' history is born."""
    conn.execute("delete from history.roll")
    _empty(conn, "lunar_day")
    refresh(conn)
    meant = "select extract(year from meant_on)::integer, count(*) from identity.lunar_day group by 1 order by 1"
    others = conn.execute(meant).fetchall()
    municipality = Municipality(conn)
    for born, years in (("1950-05-05", [1950, 1951]), ("1953-05-05", [1950, 1951, 1953, 1954])):
        municipality.pupil(born, birth_on=born)
        refresh(conn)
        assert conn.execute(meant).fetchall() == [(year, 365) for year in years] + others
