"""Migrations, and what each role may and may not do."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory

from rollcall.warehouse import migrations, roles, server
from rollcall.warehouse.connect import connect, connect_admin
from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.migrate import migrate

SHAPE = """
select table_schema, table_name, column_name, data_type, is_nullable from information_schema.columns
where table_schema in ('ops', 'identity', 'history') order by 1, 2, 3
"""


def test_again_it_changes_nothing(warehouse):
    with connect_admin() as admin:
        before = admin.execute(SHAPE).fetchall()
        migrate()
        assert admin.execute(SHAPE).fetchall() == before
        (newest,) = ScriptDirectory(str(Path(migrations.__file__).parent)).get_heads()
        assert admin.execute("select version_num from ops.alembic_version").fetchall() == [(newest,)]


def test_the_embedded_servers_analyst_has_a_scope(warehouse):
    migrate()
    with connect("owner") as conn:
        scope = conn.execute("select tier from ops.reader_scope where role_name = 'rollcall_analyst'").fetchall()
    assert scope == [("municipality",)]


def test_two_may_migrate_at_once(warehouse):
    code = "from rollcall.warehouse.migrate import migrate; migrate()"
    both = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate(timeout=120)[1] for process in both] == [b"", b""]


def test_every_table_and_column_is_explained(warehouse):
    with connect("owner") as conn:
        silent = conn.execute(
            """select relname from pg_class where relkind in ('r', 'p') and not relispartition
                and relnamespace in ('ops'::regnamespace, 'identity'::regnamespace, 'history'::regnamespace)
                and obj_description(oid, 'pg_class') is null and relname <> 'alembic_version'"""
        ).fetchall()
        assert silent == []


@pytest.mark.parametrize(
    "statement",
    [
        "select * from history.roll",
        "select * from ops.delivery",
        "select * from ops.rejected_row",
        "select * from identity.link",
        "create table stage.mine (x int)",
        "create table marts.mine (x int)",
        "create table public.mine (x int)",
        "create temp table mine (x int)",
        "create schema mine",
        "select ops.id_check_ok('')",
        "select pg_read_file('postgresql.conf')",
        "copy (select 1) to program 'true'",
    ],
)
def test_analysts_cannot(warehouse, statement):
    with connect("analyst") as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from ops.delivery",
        "delete from ops.publish",
        "update ops.reader_scope set tier = 'municipality'",
        "drop table ops.delivery",
        "alter table ops.delivery drop constraint every_row_accounted_for",
        "create role mine",
        "select pg_read_file('postgresql.conf')",
    ],
)
def test_the_pipeline_cannot(warehouse, statement):
    with connect("pipeline") as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(statement)


def test_the_pipeline_can(wipe):
    with connect("pipeline") as conn:
        add(conn, "accepted", 5, 4, 1)
        conn.execute("create schema candidate_work")
        conn.execute("alter schema marts rename to marts_before")
        conn.execute("create unlogged table stage.mine (x int)")
        conn.execute("create temp table mine (x int)")
        conn.execute("delete from ops.rejected_row")
        conn.rollback()


def test_airflow_and_warehouse_keep_out_of_each_other(warehouse):
    from rollcall.warehouse.connect import url

    for role, database in (("airflow", "rollcall"), ("analyst", "airflow"), ("pipeline", "airflow")):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(url(role).rpartition("/")[0] + "/" + database)


def add(conn: psycopg.Connection, verdict: str, n_read=None, n_accepted=None, n_rejected=None, in_force=False):
    conn.execute(
        """insert into ops.delivery (feed, sender, business_date, file_name, sha256, n_bytes, received_at,
            verdict, n_read, n_accepted, n_rejected, is_in_force)
        values ('roll', '500101', '2019-09-02', 'f', 'h', 1, now(), %s, %s, %s, %s, %s)""",
        (verdict, n_read, n_accepted, n_rejected, in_force),
    )


@pytest.mark.parametrize(
    "row",
    [
        ("accepted", 5, 5, 1),
        ("accepted", None, None, None),
        ("accepted", 5, 5, None),
        ("filed",),
        ("refused", 5, 5, 0, True),
    ],
)
def test_the_ledger_refuses_what_cannot_be(wipe, row):
    with connect("pipeline") as conn, pytest.raises(psycopg.errors.CheckViolation):
        add(conn, *row)


def test_an_alert_is_open_once_and_a_delivery_seen_once(wipe):
    with connect("pipeline") as conn:
        alert = """insert into ops.alert (dedupe_key, kind, owner, severity, text_zh, text_en)
            values ('k', '', '', '', '', '')"""
        conn.execute(alert)
        conn.execute("update ops.alert set closed_at = now()")
        conn.execute(alert)
        for twice in (lambda: conn.execute(alert), lambda: [add(conn, "pending") for _ in range(2)]):
            with pytest.raises(psycopg.errors.UniqueViolation), conn.transaction():
                twice()


def test_a_role_whose_password_file_changed_is_given_the_new_password(warehouse):
    (warehouse.secrets / "rollcall_analyst.password").unlink()
    with pytest.raises(WarehouseError, match="secret files"):
        connect("analyst")
    migrate()
    connect("analyst").close()


@pytest.fixture
def production(warehouse, monkeypatch):
    """The same server seen as production: an address, a login that is no superuser, secret files."""
    with connect_admin() as admin:
        admin.execute("create role chief login createrole createdb")
        for role in roles.ROLES.values():
            admin.execute(f"grant {role} to chief with admin option")
        admin.execute("alter database airflow owner to chief")
        admin.execute("create database production owner chief")
        roles.set_password(admin, "chief")
        monkeypatch.setenv("ROLLCALL_SECRETS", str(warehouse.secrets))
        monkeypatch.setenv("ROLLCALL_DATABASE_URL", f"postgresql://chief@127.0.0.1:{server.port()}/production")
        yield
        monkeypatch.undo()
    os.environ.pop("ROLLCALL_DATABASE_URL", None)
    with connect_admin() as admin:
        admin.execute("drop database production")
        admin.execute("alter database airflow owner to airflow")
        admin.execute("drop owned by chief")
        admin.execute("drop role chief")


def test_production_is_migrated_by_a_login_that_is_no_superuser(production, warehouse):
    server.start()  # nothing to start
    migrate()
    migrate()
    assert server.running()
    with connect("pipeline") as conn:
        assert conn.execute("select current_database(), count(*) from history.roll").fetchone() == (
            "production",
            0,
        )
    (warehouse.secrets / "rollcall_analyst.password").rename(warehouse.secrets / "aside")
    try:
        with pytest.raises(WarehouseError, match="ROLLCALL_SECRETS"):
            connect("analyst")
    finally:
        (warehouse.secrets / "aside").rename(warehouse.secrets / "rollcall_analyst.password")


def test_a_database_that_is_not_there_or_not_in_utf8_is_named_plainly(production, monkeypatch):
    with connect_admin(database="postgres") as admin:
        admin.execute("create database narrow owner chief encoding 'SQL_ASCII' locale 'C' template template0")
    try:
        for name, words in (("narrow", "must be in UTF8"), ("nowhere", "createdb")):
            address = f"postgresql://chief@127.0.0.1:{server.port()}/{name}"
            monkeypatch.setenv("ROLLCALL_DATABASE_URL", address)
            with pytest.raises(WarehouseError, match=words):
                migrate()
    finally:
        monkeypatch.setenv("ROLLCALL_DATABASE_URL", f"postgresql://chief@127.0.0.1:{server.port()}/production")
        with connect_admin(database="postgres") as admin:
            admin.execute("drop database narrow")
