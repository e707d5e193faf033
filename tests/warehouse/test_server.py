"""The embedded server lives through what really happens to servers."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from rollcall.warehouse import server
from rollcall.warehouse.connect import connect, connect_admin, url
from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.processes import server_processes
from rollcall.warehouse.secrets import secret
from rollcall.warehouse.settings import settings

START = "from rollcall.warehouse import server; server.start()"


@pytest.fixture
def own_home(monkeypatch):
    """A server of this test's own, to be mistreated."""
    place = Path(tempfile.mkdtemp(prefix="rollcall-test-"))
    monkeypatch.setenv("ROLLCALL_HOME", str(place))
    monkeypatch.setenv("ROLLCALL_SHARED_BUFFERS", "16MB")
    yield place
    server.kill9()
    shutil.rmtree(place)


def ask(question: str) -> list:
    with connect_admin(database="postgres") as conn:
        return conn.execute(question).fetchall()


def test_killed_it_recovers_what_was_committed_and_forgets_the_rest(own_home):
    server.start()
    server.start()
    with connect_admin(database="postgres", autocommit=False) as conn:
        conn.execute("create table kept as select 1 as x")
        conn.execute("create unlogged table staged as select 1 as x")
        conn.commit()
        conn.execute("insert into kept values (2)")
        server.kill9()
        assert not server.running() and not server_processes(own_home / "postgres/data")
        server.start()
        with pytest.raises(psycopg.OperationalError):
            conn.execute("commit")
    assert ask("select x from kept") == [(1,)]
    assert ask("select x from staged") == []
    server.stop()
    assert not server.running()
    server.stop()


def test_orphans_of_a_killed_postmaster_do_not_stop_the_next_start(own_home):
    server.start()
    with connect_admin(database="postgres") as conn:
        pid = int((own_home / "postgres/data/postmaster.pid").read_text().split()[0])
        os.kill(pid, 9)
        server.start()
        with pytest.raises(psycopg.OperationalError):
            conn.execute("select 1")
    assert ask("select 1") == [(1,)]


def test_a_pid_file_that_names_a_stranger_is_stale(own_home):
    server.start()
    server.stop()
    pid_file = own_home / "postgres/data/postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n1\n{server.port()}\n\n127.0.0.1\n\nready   \n")
    assert not server.running()
    server.start()
    assert ask("select 1") == [(1,)]


def test_a_port_taken_meanwhile_is_given_up(own_home):
    server.start()
    before = server.port()
    server.stop()
    with socket.create_server(("127.0.0.1", before)):
        server.start()
        assert server.port() != before
        assert ask("select 1") == [(1,)]


def test_two_processes_may_start_it_at_once(own_home):
    both = [subprocess.Popen([sys.executable, "-c", START], stderr=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate(timeout=120)[1] for process in both] == [b"", b""]
    assert [process.returncode for process in both] == [0, 0]
    assert ask("select 1") == [(1,)]
    # It outlives those who started it, and another process may stop it.
    server.stop()
    assert not server.running()


def test_an_interrupted_initdb_leaves_nothing_behind(own_home):
    remains = own_home / "postgres/data.new"
    remains.mkdir(parents=True)
    (remains / "PG_VERSION").write_text("18")
    server.start()
    assert ask("select 1") == [(1,)]


def test_a_full_disk_is_told_in_one_sentence(own_home, monkeypatch):
    monkeypatch.setattr("rollcall.warehouse.cluster._MIN_FREE_BYTES", 2**62)
    with pytest.raises(WarehouseError, match="make room"):
        server.start()


def test_a_lost_key_is_not_quietly_replaced(own_home):
    server.start()
    for name in ("pseudonym.key", "postgres.password"):
        (own_home / "secrets" / name).unlink()
        with pytest.raises(WarehouseError, match="restore"):
            secret(name)
    assert secret("rollcall_analyst.password") == secret("rollcall_analyst.password")


def test_nobody_gets_in_without_the_password(warehouse):
    address = f"host=127.0.0.1 port={server.port()} dbname=rollcall connect_timeout=5"
    for login in ("postgres", "rollcall_owner", "rollcall_pipeline", "rollcall_analyst"):
        for password in ("", "wrong"):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(f"{address} user={login} password='{password}'", passfile="")
    with connect_admin() as conn:
        rules = conn.execute("select type, address, auth_method from pg_hba_file_rules").fetchall()
        assert rules == [("host", "127.0.0.1", "scram-sha-256")]
        shown = "select current_setting('listen_addresses'), current_setting('unix_socket_directories')"
        assert conn.execute(shown).fetchone() == ("127.0.0.1", "")


def test_secrets_are_files_for_their_owner_only(warehouse):
    assert stat.S_IMODE(warehouse.secrets.stat().st_mode) == 0o700
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in warehouse.secrets.iterdir()}
    roles = ("postgres", "rollcall_owner", "rollcall_pipeline", "rollcall_analyst", "airflow")
    assert set(files) >= {"pseudonym.key", *(f"{role}.password" for role in roles)}
    assert set(files.values()) == {0o600}


def test_no_password_in_the_process_list_or_the_log(warehouse):
    with connect("pipeline") as conn, pytest.raises(psycopg.Error):
        conn.execute("select '张三'::date")
    passwords = [path.read_text().strip() for path in warehouse.secrets.iterdir()]
    seen = (settings().postgres / "server.log").read_text()
    for process in server_processes(warehouse.postgres / "data"):
        seen += " ".join(process.cmdline()) + str(process.environ())
    assert "ready to accept connections" in seen
    assert not [password for password in passwords if password in seen]
    assert "张三" not in seen


def test_connections_know_their_time_zone_and_role(warehouse):
    with connect("pipeline") as conn:
        assert conn.execute("select current_setting('TimeZone'), current_user").fetchone() == (
            "Asia/Shanghai",
            "rollcall_pipeline",
        )
    assert url("airflow", "postgresql+asyncpg").startswith("postgresql+asyncpg://airflow:")
    assert url("airflow").endswith("/airflow")


def test_without_a_server_the_sentence_says_what_to_do(own_home):
    with pytest.raises(WarehouseError, match="rollcall up"):
        connect("pipeline")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_a_home_in_a_closed_directory(tmp_path_factory, monkeypatch):
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    monkeypatch.setenv("ROLLCALL_HOME", str(closed / "state"))
    try:
        server.start()
        assert server.running()
        assert (closed / "state" / "postgres").is_symlink()
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
        shutil.rmtree((closed / "state" / "postgres").resolve(), ignore_errors=True)


def test_killed_while_an_unlogged_table_was_given_up_it_starts(warehouse):
    """PostgreSQL itself fails the first of the two starts that this takes (its bug 17731)."""
    with connect("pipeline") as giving_up, connect("pipeline", autocommit=True) as other:
        giving_up.execute("create unlogged table stage.given_up (n integer primary key)")
        other.execute("create unlogged table stage.kept (n integer)")  # its commit writes the log of both
        giving_up.rollback()
        server.kill9()
    server.start()
    with connect("pipeline", autocommit=True) as conn:
        conn.execute("drop table stage.kept")


SLEEP = """
from rollcall.warehouse.connect import connect_admin
with connect_admin(database="postgres") as conn:
    conn.execute("select pg_sleep(300)")
"""


def test_the_query_of_a_killed_process_ends_and_lets_go_of_its_locks(own_home):
    server.start()
    asleep = "select count(*) from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'"
    with subprocess.Popen([sys.executable, "-c", SLEEP]) as process:
        _wait_until(lambda: ask(asleep) == [(1,)])
        process.kill()
    _wait_until(lambda: ask(asleep) == [(0,)])


def _wait_until(holds, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)
