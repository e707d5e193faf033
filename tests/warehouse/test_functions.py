"""What SQL knows: the check of an ID number, and what a reader may see."""

import time

import psycopg
import pytest

from rollcall.warehouse import server
from rollcall.warehouse.connect import connect, connect_admin

SOUND = ["500920201310051238", "500912200906061280", "50092220130101127X"]


def test_id_check(warehouse):
    with connect("pipeline") as conn:
        ok = dict(conn.execute("select x, ops.id_check_ok(x) from unnest(%s::text[]) as x", (SOUND,)).fetchall())
        assert ok == dict.fromkeys(SOUND, True)
        mutated = [
            number[:at] + other + number[at + 1 :]
            for number in SOUND
            for at in range(18)
            for other in ("0123456789X" if at == 17 else "0123456789")
            if other != number[at]
        ]
        kept = conn.execute("select x from unnest(%s::text[]) as x where ops.id_check_ok(x)", (mutated,)).fetchall()
        assert kept == []


def with_check_digit(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


@pytest.mark.parametrize(
    ("born", "exists"),
    [("20120229", True), ("20110229", False), ("20000229", True), ("19000229", False), ("20130230", False)]
    + [("20130431", False), ("20130430", True), ("20131301", False), ("20130001", False), ("20130100", False)]
    + [
        ("20130132", False),
        ("20130131", True),
        ("18991231", False),
        ("00000101", False),
        ("20131131", False),
    ],
)
def test_id_check_knows_the_calendar(warehouse, born, exists):
    with connect("pipeline") as conn:
        number = with_check_digit(f"500920{born}123")
        assert conn.execute("select ops.id_check_ok(%s)", (number,)).fetchone()[0] is exists


@pytest.mark.parametrize(
    "shape",
    ["", " ", "X", "5009", "50092220130101127x", "50092220130101127Ｘ", " 50092220130101127X", "\\" * 18]
    + ["5009222013010X1270", "５0092220130101127X", "50092220130101127XX", "500922201301011\n27X", "张" * 6],
)
def test_id_check_survives_any_text(warehouse, shape):
    with connect("pipeline") as conn:
        assert conn.execute("select ops.id_check_ok(%s)", (shape,)).fetchone()[0] is False
        assert conn.execute("select ops.id_check_ok(null)").fetchone()[0] is None


def test_id_check_is_inlined(warehouse):
    """Called as a function it would be several times slower; a plan that names it shows that."""
    with connect("pipeline") as conn:
        plan = "explain (verbose) select ops.id_check_ok(x::text) from generate_series(1, 9) as x"
        assert "id_check_ok" not in str(conn.execute(plan).fetchall())
        started = time.monotonic()
        conn.execute(
            "select count(*) filter (where ops.id_check_ok(id)) from unnest(%s::text[]) as id",
            (SOUND * 27_000,),
        )
        assert time.monotonic() - started < 3  # 0.25 s alone; the machine may be busy


READERS = {
    "reader_city": ("municipality", None, None),
    "reader_unit": ("unit", "500101", None),
    "reader_school": ("school", "500101", "2150000001"),
    "reader_nobody": None,
}
PLACES = [("500101", "2150000001"), ("500101", "2150000002"), ("500102", "2150000003")]
POLICIES = {
    # What every large mart has: the scope is looked up once for the query.
    "place": """(select ops.reader_tier()) = 'municipality' or unit_code = (select ops.reader_unit())
        or school_code = (select ops.reader_school())""",
    # The short form: looked up for every row.
    "small_place": "ops.reader_sees(unit_code, school_code)",
}


@pytest.fixture
def readers(warehouse):
    """Marts under row-level security, and logins of every tier."""
    with connect_admin() as admin:
        for login, scope in READERS.items():
            admin.execute(f"create role {login} login password 'test-only' in role rollcall_analyst")
            if scope:
                admin.execute("insert into ops.reader_scope values (%s, %s, %s, %s)", (login, *scope))
        with connect("pipeline") as conn:
            for table, policy in POLICIES.items():
                conn.execute(f"create table marts.{table} (unit_code text, school_code text)")
                conn.cursor().executemany(f"insert into marts.{table} values (%s, %s)", PLACES)
                conn.execute(f"alter table marts.{table} enable row level security")
                conn.execute(f"create policy tier on marts.{table} using ({policy})")
                conn.execute(f"grant select on marts.{table} to rollcall_analyst")
            conn.execute("grant usage on schema marts to rollcall_analyst")
        yield
        admin.execute("drop table marts.place, marts.small_place")
        admin.execute("revoke usage on schema marts from rollcall_analyst")
        admin.execute("delete from ops.reader_scope where role_name like 'reader_%'")
        for login in READERS:
            admin.execute(f"drop role {login}")


def log_in(login: str) -> psycopg.Connection:
    return psycopg.connect(f"host=127.0.0.1 port={server.port()} dbname=rollcall user={login} password=test-only")


@pytest.mark.parametrize("table", POLICIES)
@pytest.mark.parametrize(
    ("login", "sees"),
    [
        ("reader_city", 3),
        ("reader_unit", 2),
        ("reader_school", 1),
        ("reader_nobody", 0),
    ],
)
def test_a_reader_sees_its_tier_and_without_scope_nothing(readers, login, sees, table):
    with log_in(login) as conn:
        conn.execute("set role rollcall_analyst")  # taking on a role must not change what a login sees
        assert conn.execute(f"select count(*) from marts.{table}").fetchone()[0] == sees


def test_the_scope_is_looked_up_once_for_a_query(readers):
    with log_in("reader_unit") as conn:
        plan = "\n".join(row[0] for row in conn.execute("explain (verbose) select * from marts.place"))
        scan_filter = next(line for line in plan.splitlines() if "Filter:" in line)
        assert plan.count("InitPlan") >= 3 and "reader_" not in scan_filter


def test_a_reader_cannot_read_or_widen_its_scope(readers):
    for statement in ("select * from ops.reader_scope", "update ops.reader_scope set tier = 'municipality'"):
        with log_in("reader_unit") as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement)
    with connect("pipeline") as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("insert into ops.reader_scope (role_name, tier) values ('reader_nobody', 'municipality')")
