"""History tables follow their contracts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import psycopg
import pytest

from rollcall.contracts.load import contract, contracts
from rollcall.contracts.model import Column, Contract
from rollcall.warehouse.connect import connect
from rollcall.warehouse.history import RESERVED, ensure_history, ensure_partition

COLUMNS = """select attname, atttypid::regtype::text, attnotnull from pg_attribute
where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum"""


def column(name: str, sql_type: str = "text", key: int | None = None) -> Column:
    return Column(name, f"{name}列", "text", sql_type, key is not None, key, False)


def feed(name: str, history: str, *columns: Column) -> Contract:
    return replace(contract("absence" if history == "events" else "roll"), name=name, columns=columns)


def shape(conn: psycopg.Connection, name: str) -> dict[str, tuple[str, bool]]:
    return {name: (kind, fixed) for name, kind, fixed in conn.execute(COLUMNS, (f"history.{name}",))}


@pytest.fixture
def conn(warehouse):
    with connect("pipeline") as conn:
        yield conn
        conn.rollback()


@pytest.mark.parametrize("name", contracts())
def test_every_contract_has_its_table(conn, name):
    there, wanted = shape(conn, name), contract(name)
    assert {c.name for c in wanted.columns} | {n for n, _ in wanted.companions} | {"sender", "line"} <= set(there)
    assert [there[n][0] for n, _ in wanted.companions] == [kind for _, kind in wanted.companions]
    zh = conn.execute(
        """select col_description(attrelid, attnum) from pg_attribute
        where attrelid = %s::regclass and attname = %s""",
        (f"history.{name}", wanted.columns[0].name),
    ).fetchone()[0]
    assert zh.startswith(wanted.columns[0].zh)
    (persistence,) = conn.execute(
        "select relpersistence::text from pg_class where oid = %s::regclass", (f"history.{name}",)
    ).fetchone()
    assert persistence == "p"


def test_a_column_more_and_a_column_less(conn):
    ensure_history(conn, feed("try", "snapshot", column("code", key=1), column("old", key=2)))
    conn.execute(
        """insert into history.try (sender, code, old, row_hash, line, valid_from, known_from, filed_by)
        values ('s', 'a', 'b', gen_random_uuid(), 1, '2019-09-02', now(), 1)"""
    )
    changed = feed("try", "snapshot", column("code", key=1), column("new", "date"))
    for _ in range(2):
        ensure_history(conn, changed)
    there = shape(conn, "try")
    assert there["new"] == ("date", False)
    assert there["old"] == ("text", False)
    assert there["code"] == ("text", True)
    assert conn.execute("select old, new from history.try").fetchall() == [("b", None)]
    (key,) = conn.execute("select pg_get_indexdef('history.try_believed'::regclass)").fetchone()
    assert "(sender, code, valid_from)" in key and "UNIQUE" in key


def test_believed_versions_cannot_double(conn):
    ensure_history(conn, feed("try", "snapshot", column("code", key=1)))
    row = """insert into history.try
        (sender, code, row_hash, line, valid_from, known_from, known_to, filed_by)
        values (%s, 'a', gen_random_uuid(), 1, '2019-09-02', '2019-09-02', %s, 1)"""
    conn.execute(row, ("500101", "infinity"))
    conn.execute(row, ("500101", "2019-09-03"))
    conn.execute(row, ("500102", "infinity"))
    with pytest.raises(psycopg.errors.UniqueViolation):
        conn.execute(row, ("500101", "infinity"))


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_names_of_historys_own_are_refused(conn, name):
    history = "events" if name == "business_date" else "snapshot"
    with pytest.raises(ValueError, match=name):
        ensure_history(conn, feed("try", history, column("code", key=1), column(name)))


def test_a_changed_type_is_refused(conn):
    ensure_history(conn, feed("try", "snapshot", column("code", key=1), column("n", "integer")))
    with pytest.raises(ValueError, match="history holds it as integer"):
        ensure_history(conn, feed("try", "snapshot", column("code", key=1), column("n", "text")))


def test_events_lie_in_months(conn):
    ensure_history(conn, feed("try", "events", column("code", key=1)))
    row = """insert into history.try (sender, code, business_date, line, known_from, filed_by)
        values ('s', 'a', %s, 1, now(), 1)"""
    with pytest.raises(psycopg.errors.CheckViolation), conn.transaction():
        conn.execute(row, (date(2019, 12, 31),))
    for day in (date(2019, 12, 31), date(2019, 12, 1), date(2020, 1, 1), date(2020, 2, 29)):
        ensure_partition(conn, "try", day)
        conn.execute(row, (day,))
    parts = conn.execute("select distinct tableoid::regclass::text from history.try order by 1").fetchall()
    assert [name for (name,) in parts] == ["history.try_201912", "history.try_202001", "history.try_202002"]
    # A contract that changes reaches the months that are there.
    ensure_history(conn, feed("try", "events", column("code", key=1), column("more")))
    assert "more" in shape(conn, "try_201912")


def test_a_snapshot_feed_has_no_months(conn):
    ensure_partition(conn, "roll", date(2019, 12, 1))
    assert conn.execute("select to_regclass('history.roll_201912')").fetchone() == (None,)


@pytest.mark.parametrize("autocommit", [False, True])
def test_lanes_that_want_the_same_new_month_do_not_collide(warehouse, autocommit):
    def file(line: int) -> None:
        with connect("pipeline", autocommit) as conn:
            ensure_partition(conn, "aid_transfer", date(1999, 5, 5))
            conn.execute(
                """insert into history.aid_transfer
                (sender, transfer_no, business_date, line, known_from, filed_by)
                values ('s', 'n', '1999-05-05', %s, now(), 0)""",
                (line,),
            )

    with ThreadPoolExecutor(4) as lanes:
        list(lanes.map(file, range(4), timeout=60))
    with connect("pipeline") as conn:
        assert conn.execute("select count(*) from history.aid_transfer_199905").fetchone() == (4,)
        conn.execute("drop table history.aid_transfer_199905")


def test_a_new_feed_needs_no_migration_and_two_may_bring_it(warehouse):
    new = feed("brand_new", "events", column("code", key=1))

    def bring(_: int) -> None:
        with connect("pipeline") as conn:
            ensure_history(conn, new)

    with ThreadPoolExecutor(3) as lanes:
        list(lanes.map(bring, range(3)))
    with connect("pipeline") as conn:
        assert "code" in shape(conn, "brand_new")
        conn.execute("drop table history.brand_new")
