"""A number that the police corrected away is registered again, for somebody else: nobody's key goes to another."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.identity.model import model
from rollcall.publish.swap import candidate_of, work_of
from rollcall.warehouse.connect import connect, connect_admin
from tests.dbt.conftest import clean
from tests.dbt.municipality import OTHER_UNIT, UNIT, Municipality, id_key, roll_key
from tests.identity.chain import build

pytestmark = pytest.mark.slow

SCHEMA = "again"
FIRST, CORRECTED, AGAIN, GONE = date(2019, 3, 1), date(2019, 5, 1), date(2019, 9, 1), date(2019, 12, 1)
ONE = {"name": "张一一", "birth_on": "2010-05-05"}
TWO = {"name": "李二二", "birth_on": "2010-05-05", "sex": "2"}


@pytest.fixture(scope="module")
def conn(warehouse) -> Iterator[Connection]:
    with connect_admin(autocommit=False) as admin:
        clean(admin)
    with connect("pipeline", autocommit=True) as connection:
        yield connection
        for schema in (candidate_of(SCHEMA), work_of(candidate_of(SCHEMA))):
            connection.execute(SQL("drop schema if exists {} cascade").format(Identifier(schema)))
    with connect_admin(autocommit=False) as admin:
        clean(admin)


@pytest.fixture(scope="module", params=[UNIT, OTHER_UNIT], ids=["same_office", "another_office"])
def keys(conn, request) -> dict[date, tuple[dict, dict]]:
    """On each date the children of the register by name, and the pupils' by roll number."""
    with connect_admin(autocommit=False) as admin:
        clean(admin)
    m = Municipality(conn)
    m.register("old", on=FIRST, until=str(CORRECTED), **ONE)
    m.pupil("one", on=FIRST, id_number_key=id_key("old"), **ONE)
    change = {"change_kind": "id_corrected", "changed_on": CORRECTED, "id_number_state": "valid", **ONE}
    change.pop("birth_on")
    m.put("population_change", f"police-{UNIT}", on=CORRECTED, id_number_key=id_key("old"),
          new_id_number_key=id_key("new"), **change)  # fmt: skip
    m.register("new", on=CORRECTED, until=str(GONE), **ONE)
    second = {"id_number_key": id_key("old"), "id_number_state": "valid", **TWO}
    lives = {"district_code": request.param, "township_code": f"{request.param}901", "register_kind": "hukou"}
    # Their row is written again, with another telephone.
    for phone, on, until in (("1", AGAIN, GONE), ("2", GONE, "infinity")):
        m.put("population", f"police-{request.param}", on=on, until=str(until), guardian_phone=phone, **second, **lives)
    m.pupil("two", on=AGAIN, id_number_key=id_key("old"), **TWO)
    return {on: published(conn, on) for on in (FIRST, CORRECTED, AGAIN, GONE)}


def published(conn, on: date) -> tuple[dict, dict]:
    known_at = datetime(on.year, on.month, on.day, 22, tzinfo=ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    build(conn, SCHEMA, on + timedelta(days=1), known_at, model(), last=None)
    work = Identifier(work_of(candidate_of(SCHEMA)))
    children = conn.execute(SQL("select plain, child_key from {}.int_key_children").format(work)).fetchall()
    pupils = conn.execute(SQL("select pupil_key, child_key from {}.int_identify_pupils").format(work)).fetchall()
    assert len(dict(children)) == len(children)
    return dict(children), dict(pupils)


def test_the_corrected_child_keeps_its_key(keys):
    assert {children["张一一"] for children, _ in keys.values()} == {id_key("old")}


def test_the_new_holder_has_one_of_its_own_and_keeps_it(keys):
    found: list[UUID] = [keys[on][0]["李二二"] for on in (AGAIN, GONE)]
    assert found[0] == found[1] and found[0] not in (id_key("old"), id_key("new"))
    assert set(keys[CORRECTED][0]) == {"张一一"}


def test_pupils_under_the_number_are_who_they_are(keys):
    for on in (AGAIN, GONE):
        children, pupils = keys[on]
        assert pupils == {roll_key("one"): children["张一一"], roll_key("two"): children["李二二"]}
