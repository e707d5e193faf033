"""The swap: old or new, whole, whatever happens in between."""

import subprocess
import sys
import threading
from datetime import date

import psycopg
import pytest

from rollcall.publish.errors import PublishError
from rollcall.publish.lock import publisher
from rollcall.publish.publish import check_target, publish
from rollcall.publish.swap import candidate_of, prepare, swap
from rollcall.warehouse import server
from rollcall.warehouse.connect import connect, connect_admin

STUDY = "study"


def build(conn, schema, word):
    """A candidate of two tables and a view, one of them in the work schema."""
    prepare(conn, schema)
    candidate = candidate_of(schema)
    conn.execute(f"create table {candidate}_work.seed as select '{word}'::text as word")
    conn.execute(f"create table {candidate}.fact as select '{word}'::text as word")
    conn.execute(f"create view {candidate}.monitor as select f.word from {candidate}.fact as f")
    conn.execute(f"create view {candidate}.seeded as select s.word from {candidate}_work.seed as s")


def someone_made(conn, schema):
    conn.execute(f"create schema {schema}")
    conn.execute(f"create table {schema}.fact as select 'mine'::text as word")


def read(conn, schema):
    tables = ("fact", "monitor", "seeded")
    return [conn.execute(f"select word from {schema}.{table}").fetchone()[0] for table in tables]


def schemas(conn, schema):
    rows = conn.execute("select nspname from pg_namespace where nspname like %s order by 1", (f"{schema}%",))
    return [name for (name,) in rows]


@pytest.fixture
def clean(conn):
    yield conn
    with connect("pipeline", autocommit=True) as after:
        for name in schemas(after, STUDY):
            after.execute(f"drop schema {name} cascade")


def test_first_and_second_swap(clean):
    build(clean, STUDY, "one")
    swap(clean, STUDY, 1, lambda conn: None)
    assert read(clean, STUDY) == ["one"] * 3
    build(clean, STUDY, "two")
    assert read(clean, STUDY) == ["one"] * 3, "the candidate is not yet seen"
    swap(clean, STUDY, 2, lambda conn: None)
    assert read(clean, STUDY) == ["two"] * 3
    assert schemas(clean, STUDY) == [STUDY, f"{STUDY}_work"]


def test_what_is_written_with_it_undoes_it_too(clean):
    build(clean, STUDY, "one")
    swap(clean, STUDY, 1, lambda conn: None)
    build(clean, STUDY, "two")
    with pytest.raises(psycopg.errors.DivisionByZero):
        swap(clean, STUDY, 2, lambda conn: conn.execute("select 1 / 0"))
    assert read(clean, STUDY) == ["one"] * 3


def test_a_long_query_does_not_hold_the_swap_back(clean):
    build(clean, STUDY, "one")
    swap(clean, STUDY, 1, lambda conn: None)
    build(clean, STUDY, "two")
    with connect("pipeline") as reader:
        assert read(reader, STUDY) == ["one"] * 3
        swap(clean, STUDY, 2, lambda conn: None)
        assert read(clean, STUDY) == ["two"] * 3
        assert f"{STUDY}_old_2" in schemas(clean, STUDY), "the reader still holds it"
        reader.rollback()
    prepare(clean, STUDY)
    assert f"{STUDY}_old_2" not in schemas(clean, STUDY)


def test_readers_never_see_half(clean):
    """Somebody who reads all the time sees each version whole, and never a schema that is not there."""
    build(clean, STUDY, "0")
    swap(clean, STUDY, 1, lambda conn: None)
    stop, seen, faults = threading.Event(), set(), []

    def watch():
        with connect("pipeline", autocommit=True) as reader:
            while not stop.is_set():
                try:
                    query = f"select f.word || m.word from {STUDY}.fact as f cross join {STUDY}.monitor as m"
                    (pair,) = reader.execute(query).fetchone()
                    seen.add(pair)
                except psycopg.Error as fault:
                    faults.append(fault)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for n in range(1, 9):
        build(clean, STUDY, str(n))
        swap(clean, STUDY, n + 1, lambda conn: None)
    stop.set()
    watcher.join()
    assert not faults
    assert seen <= {f"{n}{n}" for n in range(9)} and len(seen) > 1


@pytest.mark.parametrize("boundary", ["swapping", "swapping:server", "swapped", "swapped:server"])
def test_killed_in_the_swap(clean, boundary):
    """Pulling the plug leaves the old or the new version whole, and the next publish clears the remains."""
    build(clean, STUDY, "one")
    swap(clean, STUDY, 1, lambda conn: None)
    build(clean, STUDY, "two")
    script = (
        "import os\n"
        "from rollcall.publish.swap import swap\n"
        "from rollcall.warehouse.connect import connect\n"
        f"os.environ['ROLLCALL_KILL_AT'] = '{boundary}'\n"
        f"swap(connect('pipeline', autocommit=True), '{STUDY}', 2, lambda conn: None)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=120)
    assert done.returncode != 0
    server.start()
    expected = "one" if boundary.startswith("swapping") else "two"
    with connect("pipeline", autocommit=True) as conn:
        assert read(conn, STUDY) == [expected] * 3
        build(conn, STUDY, "three")
        swap(conn, STUDY, 3, lambda conn: None)
        assert read(conn, STUDY) == ["three"] * 3
        assert schemas(conn, STUDY) == [STUDY, f"{STUDY}_work"]


def test_analysts_keep_their_way_in(conn):
    was_there = conn.execute("select to_regclass('marts.fact')").fetchone()[0]
    build(conn, "marts", "one")
    conn.execute("grant select on marts_next.fact to rollcall_analyst")
    swap(conn, "marts", 1, lambda conn: None)
    with connect("analyst") as analyst:
        assert analyst.execute("select word from marts.fact").fetchone() == ("one",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            analyst.execute("select * from marts_work.seed")
    if not was_there:
        for table in ("view marts.seeded", "view marts.monitor", "table marts.fact"):
            conn.execute(f"drop {table}")
        conn.execute("drop schema marts_work cascade")


def test_one_publisher_at_a_time(conn):
    with publisher(STUDY):
        with pytest.raises(PublishError, match="Another publisher"), publisher(STUDY):
            pass
        with publisher("another_study"):
            pass
    with publisher(STUDY):
        pass


def test_a_second_publisher_waits(conn):
    first_done = threading.Event()
    entered = []

    def second():
        with publisher(STUDY, wait_seconds=20):
            entered.append(first_done.is_set())

    with publisher(STUDY):
        waiter = threading.Thread(target=second)
        waiter.start()
        waiter.join(0.5)
        assert waiter.is_alive()
        first_done.set()
    waiter.join(20)
    assert entered == [True]


@pytest.mark.parametrize("name", ["history", "stage", "ops", "identity", "public", "pg_toast", "marts_next", "x_work"])
def test_a_publish_never_takes_the_name_of_another_schema(name):
    with pytest.raises(PublishError):
        check_target(name)


@pytest.mark.parametrize("suffix", ["", "_work", "_next", "_next_work", "_old_3"])
def test_a_schema_that_no_publish_made_is_never_replaced(clean, suffix):
    """Neither one of our own role, nor one that was handed to somebody else after a publish had made it."""
    mine = f"{STUDY}{suffix}"
    someone_made(clean, mine)
    with pytest.raises(PublishError, match=f"{mine} is there already"):
        publish(date(2019, 9, 2), schema=STUDY)
    assert clean.execute(f"select word from {mine}.fact").fetchone() == ("mine",)
    assert schemas(clean, STUDY) == [mine], "nothing was built"
    assert clean.execute("select count(*) from ops.publish").fetchone() == (0,)


def test_a_name_taken_while_the_candidate_was_built(clean):
    build(clean, STUDY, "one")
    someone_made(clean, STUDY)
    with pytest.raises(PublishError, match="was not made by a publish"):
        swap(clean, STUDY, 1, lambda conn: None)
    assert clean.execute(f"select word from {STUDY}.fact").fetchone() == ("mine",)


def test_a_study_given_to_an_analyst_is_theirs(clean):
    build(clean, STUDY, "one")
    swap(clean, STUDY, 1, lambda conn: None)
    with connect_admin() as admin:
        admin.execute(f"alter schema {STUDY} owner to rollcall_owner")
    try:
        with pytest.raises(PublishError, match="was not made by a publish"):
            prepare(clean, STUDY)
        with connect_admin() as admin:
            assert read(admin, STUDY) == ["one"] * 3
    finally:
        with connect_admin() as admin:
            admin.execute(f"alter schema {STUDY} owner to rollcall_pipeline")


def test_a_study_may_have_a_name_of_its_own():
    check_target("study_2019")
    check_target("marts")
