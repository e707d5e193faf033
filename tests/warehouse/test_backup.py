"""The backup that docs/production.md names, restored into a database that `rollcall up` has just made."""

import os
import subprocess

from rollcall.warehouse import server
from rollcall.warehouse.cluster import binaries
from rollcall.warehouse.connect import connect, connect_admin
from rollcall.warehouse.migrate import migrate
from rollcall.warehouse.secrets import secret
from tests.content import content_hash
from tests.ingest.sending import send
from tests.ingest.test_verdicts import PUPILS, roll, school


def run(program: str, *arguments: str, **channel) -> None:
    address = ["-h", "127.0.0.1", "-p", str(server.port()), "-U", "postgres"]
    env = os.environ | {"PGPASSWORD": secret("postgres.password")}
    subprocess.run([binaries() / program, *address, *arguments], env=env, check=True, **channel)


def test_a_backup_can_be_restored(wipe, warehouse, tmp_path, monkeypatch):
    send(school(8), roll(*PUPILS))
    with connect("pipeline") as conn:
        before = content_hash(conn)
    with open(tmp_path / "rollcall.dump", "wb") as file:
        run("pg_dump", "-Fc", "rollcall", stdout=file)
    with connect_admin(database="postgres") as admin:
        admin.execute("create database restored")
    try:
        monkeypatch.setenv("ROLLCALL_SECRETS", str(warehouse.secrets))
        monkeypatch.setenv("ROLLCALL_DATABASE_URL", f"postgresql://postgres@127.0.0.1:{server.port()}/restored")
        migrate()
        with connect("pipeline") as conn:
            assert content_hash(conn) != before
        with open(tmp_path / "rollcall.dump", "rb") as file:
            run("pg_restore", "-d", "restored", "--clean", "--if-exists", stdin=file)
        migrate()
        with connect("pipeline") as conn:
            assert content_hash(conn) == before
    finally:
        monkeypatch.undo()
        with connect_admin(database="postgres") as admin:
            admin.execute("drop database restored")
