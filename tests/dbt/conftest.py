"""The hand-made municipality, built once by dbt into schemas of its own."""

from collections.abc import Iterator
from datetime import datetime

import psycopg
import pytest

from rollcall.publish.candidate import build
from rollcall.warehouse.connect import connect, connect_admin
from tests.dbt.case_scenario import write_cases
from tests.dbt.municipality import AS_OF, OTHER_UNIT, REGISTER_ON, UNIT, Municipality
from tests.dbt.scenario import write

CANDIDATE = "dbt_test"
KNOWN_AT = f"{AS_OF} 22:00:00+08"
_FILL = """
insert into ops.delivery (feed, sender, business_date, file_name, sha256, n_bytes, received_at, verdict,
    n_read, n_accepted, n_rejected, is_in_force, decided_at)
values (%s, %s, %s, 'a file', 'its hash', 1, %s::timestamptz, %s, 10, 10, 0, %s, now())
"""
DELIVERIES = [
    # feed, sender, business date, received, verdict
    ("population", f"police-{UNIT}", REGISTER_ON, "2019-09-02 09:00:00+08", "accepted"),
    ("placement", UNIT, "2019-10-01", "2019-10-02 09:00:00+08", "accepted"),
    ("placement", OTHER_UNIT, "2019-07-01", "2019-07-02 09:00:00+08", "accepted"),
    ("roll", UNIT, "2019-09-02", "2019-09-04 23:59:00+08", "accepted"),
    ("roll", UNIT, "2019-09-09", "2019-09-12 00:00:00+08", "accepted"),
    ("roll", UNIT, "2019-09-16", "2019-09-16 09:00:00+08", "refused"),
    ("roll", "nobody", "2019-09-16", "2019-09-16 09:00:00+08", "refused"),
]


def clean(admin: psycopg.Connection) -> None:
    tables = admin.execute(
        "select schemaname || '.' || tablename from pg_tables where schemaname in ('history', 'identity')"
    ).fetchall()
    admin.execute(f"truncate ops.delivery, {', '.join(name for (name,) in tables)} cascade")


@pytest.fixture(scope="session")
def built(warehouse) -> Iterator[str]:
    """The schema with the marts of the scenario, as of AS_OF."""
    with connect_admin(autocommit=False) as admin:
        clean(admin)
    with connect() as conn:
        municipality = Municipality(conn)
        write(municipality)
        write_cases(municipality)
        for feed, sender, on, received_at, verdict in DELIVERIES:
            conn.execute(_FILL, (feed, sender, on, received_at, verdict, verdict == "accepted"))
        conn.commit()
    assert build(CANDIDATE, AS_OF, datetime.fromisoformat(KNOWN_AT)) == []
    with connect_admin() as admin:
        admin.execute(f"grant usage on schema {CANDIDATE} to rollcall_analyst")
    yield CANDIDATE
    with connect_admin(autocommit=False) as admin:
        clean(admin)
        admin.execute(f"drop schema if exists {CANDIDATE}, {CANDIDATE}_work cascade")


@pytest.fixture
def marts(built: str) -> Iterator[psycopg.Connection]:
    """A connection that finds the built marts, and their work schema, without naming them."""
    with connect() as conn:
        conn.execute(f"set search_path = {built}, {built}_work")
        yield conn
