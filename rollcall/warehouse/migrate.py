"""Bring the warehouse up to this version of the code: roles, schemas, migrations, history tables, grants."""

from pathlib import Path

from psycopg import Connection

from rollcall.warehouse import roles
from rollcall.warehouse.connect import ROLES, connect, connect_admin, url
from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.settings import settings

_LOCK = 5001_0001


def migrate() -> None:
    """Idempotent, and safe when two processes call it at once. Raises WarehouseError if no server answers.

    Logs in as the administrator (of the embedded server, or the login of ROLLCALL_DATABASE_URL) only to make
    roles, databases and schemas; everything else is done by the role that will own it.
    """
    with connect_admin(database="postgres" if settings().is_embedded else None) as admin:
        if (encoding := admin.info.parameter_status("server_encoding")) != "UTF8":
            raise WarehouseError(
                f"数据库编码是 {encoding}，必须是 UTF8，请重新建库。",
                f"The database is encoded in {encoding} and must be in UTF8: create it anew.",
            )
        # Advisory locks are per database, and this one is there before ours is.
        admin.execute("select pg_advisory_lock(%s)", (_LOCK,))
        roles.ensure_roles(admin)
        if settings().is_embedded:
            roles.ensure_database(admin, "rollcall", ROLES["owner"])
        roles.ensure_database(admin, "airflow", ROLES["airflow"])
        with connect_admin() as inside:
            roles.ensure_database(inside, inside.info.dbname, ROLES["owner"])
            roles.ensure_schemas(inside)
        run_migrations()
        with connect("owner") as owner:
            roles.ensure_grants(owner)
            if settings().is_embedded:
                roles.ensure_reader(owner)
        with connect("pipeline") as pipeline:
            ensure_all_history(pipeline)


def run_migrations() -> None:
    """Alembic, configured here rather than in a file, in one transaction of the owner."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    engine = create_engine(url("owner", "postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def ensure_new_history(conn: Connection) -> None:
    """History tables of the contracts that have none yet, for a feed that is added while all of it runs; costs one
    query when there is none. `conn` is the pipeline's. ValueError as `ensure_history`.
    """
    from rollcall.contracts.load import contracts
    from rollcall.warehouse.history import ensure_history

    there = conn.execute("select relname from pg_class where relnamespace = 'history'::regnamespace").fetchall()
    for name in sorted(set(contracts()) - {name for (name,) in there}):
        with conn.transaction():
            ensure_history(conn, contracts()[name])


def ensure_all_history(conn: Connection) -> None:
    """History tables of every contract, each in a transaction of its own. ValueError as `ensure_history`."""
    from rollcall.contracts.load import contracts
    from rollcall.warehouse.history import ensure_history

    for contract in contracts().values():
        with conn.transaction():
            ensure_history(conn, contract)
