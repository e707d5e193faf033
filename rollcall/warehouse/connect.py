"""Connections to the warehouse by role; the one place that puts an address and a password together."""

import time
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import psycopg

from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.secrets import secret
from rollcall.warehouse.server import not_running, port
from rollcall.warehouse.settings import settings

ROLES = {
    "owner": "rollcall_owner",
    "pipeline": "rollcall_pipeline",
    "analyst": "rollcall_analyst",
    "airflow": "airflow",
}
TIME_ZONE = "Asia/Shanghai"
_PATIENCE_SECONDS = 60
_STARTING = ("starting up", "recovery mode", "shutting down", "not yet accepting")


def connect(role: str = "pipeline", autocommit: bool = False, application: str = "rollcall") -> psycopg.Connection:
    """A psycopg 3 connection as owner, pipeline, analyst or airflow; session time zone Asia/Shanghai.

    Waits up to a minute for a server that is starting. Raises WarehouseError if none answers.
    """
    return open_address(url(role), autocommit, application)


def connect_admin(autocommit: bool = True, database: str | None = None) -> psycopg.Connection:
    """A connection as the server's administrator, for migrations and tests. Raises WarehouseError."""
    return open_address(admin_url(database), autocommit, "rollcall migrate")


def adbc(role: str = "pipeline"):
    """An `adbc_driver_postgresql.dbapi` connection: Arrow in and out of the warehouse by COPY."""
    from adbc_driver_postgresql import dbapi

    options = urlencode({"application_name": "rollcall", "options": f"-c TimeZone={TIME_ZONE}"}, quote_via=quote)
    base = url(role)
    return dbapi.connect(base + ("&" if "?" in base else "?") + options)


def url(role: str = "pipeline", driver: str = "postgresql") -> str:
    """Address with password, for libraries that want one string, e.g. driver "postgresql+psycopg".

    It is a secret: never print it and never put it on a command line.
    """
    user = ROLES[role]
    return _address(user, secret(f"{user}.password"), "airflow" if role == "airflow" else None, driver)


def admin_url(database: str | None = None, driver: str = "postgresql") -> str:
    """The administrator: `postgres` of the embedded server, else the login of ROLLCALL_DATABASE_URL."""
    here = settings()
    if here.is_embedded:
        return _address("postgres", secret("postgres.password"), database, driver)
    parts = urlsplit(here.database_url)
    user = unquote(parts.username or "postgres")
    password = unquote(parts.password) if parts.password else secret(f"{user}.password")
    return _address(user, password, database, driver)


def _address(user: str, password: str, database: str | None, driver: str) -> str:
    here = settings()
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    if here.is_embedded:
        return f"{driver}://{login}@127.0.0.1:{port()}/{database or 'rollcall'}"
    parts = urlsplit(here.database_url)
    place = parts.netloc.rpartition("@")[2]
    query = urlencode(parse_qsl(parts.query), quote_via=quote)
    name = database or parts.path.lstrip("/") or "rollcall"
    return f"{driver}://{login}@{place}/{name}" + (f"?{query}" if query else "")


def open_address(address: str, autocommit: bool, application: str) -> psycopg.Connection:
    """Open a connection string of this module, waiting while the server starts. Raises WarehouseError."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return psycopg.connect(
                address,
                autocommit=autocommit,
                application_name=application,
                options=f"-c TimeZone={TIME_ZONE}",
                connect_timeout=10,
            )
        except psycopg.OperationalError as fault:
            said = str(fault)
            if any(words in said for words in _STARTING) and time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            raise _plain(said) from None


def _plain(said: str) -> WarehouseError:
    if "authentication failed" in said:
        return WarehouseError(
            "数据库拒绝了密码，密钥文件与数据库不符。",
            "The database refused the password: the secret files do not belong to this database.",
        )
    if not settings().is_embedded and 'database "' in said and "does not exist" in said:
        return WarehouseError(
            "ROLLCALL_DATABASE_URL 指向的数据库不存在，请先建库（createdb），再执行 rollcall up。",
            "The database of ROLLCALL_DATABASE_URL does not exist: create it (createdb), then run `rollcall up`.",
        )
    if "does not exist" in said:
        return WarehouseError(
            "数据库尚未建立，请执行 rollcall up。", "The database is not set up yet: run `rollcall up`."
        )
    if settings().is_embedded:
        return not_running()
    return WarehouseError("无法连接数据库。", "The database of ROLLCALL_DATABASE_URL does not answer.")
