"""Databases, roles, schemas and who may do what with them."""

from psycopg import Connection, OperationalError, connect
from psycopg.sql import SQL, Composable, Identifier, Literal

from rollcall.warehouse.connect import ROLES, url
from rollcall.warehouse.secrets import secret

OWNER, PIPELINE, ANALYST = ROLES["owner"], ROLES["pipeline"], ROLES["analyst"]
# Schema -> who owns it. History belongs to the pipeline because a new feed or month brings new tables.
SCHEMAS = {"ops": OWNER, "identity": OWNER, "stage": PIPELINE, "history": PIPELINE, "marts": PIPELINE}
# The findings on a delivery are replaced when it is judged again; the delivery itself is never deleted.
REPLACEABLE = ("delivery_section", "rule_result", "rejected_row")


def ensure_roles(admin: Connection) -> None:
    """The roles and their passwords. `admin`: an autocommit connection that may create roles."""
    there = {name for (name,) in admin.execute("select rolname from pg_roles")}
    for short, role in ROLES.items():
        name = Identifier(role)
        if role not in there:
            admin.execute(SQL("create role {} login").format(name))
        if role not in there or not _opens(short):
            set_password(admin, role)
    if not admin.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()[0]:
        for role in ROLES.values():  # a mere creator of roles may not give things to them otherwise
            admin.execute(SQL("grant {} to current_user").format(Identifier(role)))


def ensure_database(admin: Connection, name: str, owner: str) -> None:
    """A database that nobody may enter who is not told so below."""
    if not admin.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
        admin.execute(SQL("create database {} owner {}").format(Identifier(name), Identifier(owner)))
    admin.execute(SQL("revoke all on database {} from public").format(Identifier(name)))


def ensure_schemas(admin: Connection) -> None:
    """Schemas of the warehouse and the right to enter its database. `admin` is connected to it."""
    database = Identifier(admin.info.dbname)
    _run(admin, "revoke all on schema public from public")
    _run(admin, "grant connect on database {} to {}, {}, {}", database, *_names(OWNER, PIPELINE, ANALYST))
    _run(admin, "grant create, temporary on database {} to {}, {}", database, *_names(OWNER, PIPELINE))
    for role in ROLES.values():
        _run(admin, "alter role {} set timezone = 'Asia/Shanghai'", Identifier(role))
    there = {name for (name,) in admin.execute("select nspname from pg_namespace")}
    for schema, owner in SCHEMAS.items():
        if schema not in there:
            _run(admin, "create schema {} authorization {}", Identifier(schema), Identifier(owner))


def ensure_grants(owner: Connection) -> None:
    """What the pipeline and the analysts may do with the owner's tables and functions."""
    pipeline, analyst = _names(PIPELINE, ANALYST)
    _run(owner, "grant usage on schema ops, identity to {}", pipeline)
    _run(owner, "grant select, insert, update on all tables in schema ops to {}", pipeline)
    for table in REPLACEABLE:
        _run(owner, "grant delete on {} to {}", Identifier("ops", table), pipeline)
    # Who may see what is not for the pipeline to say.
    _run(owner, "revoke insert, update on ops.reader_scope, ops.alembic_version from {}", pipeline)
    # Who saw what is written once.
    _run(owner, "revoke update on ops.access_log from {}", pipeline)
    _run(owner, "grant select, insert, update, delete on all tables in schema identity to {}", pipeline)
    _run(owner, "grant usage on all sequences in schema ops, identity to {}", pipeline)
    _run(owner, "revoke execute on all functions in schema ops from public")
    _run(owner, "grant execute on all functions in schema ops to {}, {}", pipeline, analyst)


def ensure_reader(owner: Connection) -> None:
    """The embedded server's own analyst reads the whole municipality; in production it is said who reads what."""
    owner.execute(
        "insert into ops.reader_scope (role_name, tier) values (%s, 'municipality') on conflict do nothing", (ANALYST,)
    )


def _names(*roles: str) -> list[Identifier]:
    return [Identifier(role) for role in roles]


def _run(conn: Connection, statement: str, *names: Composable) -> None:
    conn.execute(SQL(statement).format(*names))  # type: ignore[arg-type]


def _opens(role: str) -> bool:
    try:
        connect(url(role), connect_timeout=10).close()
    except OperationalError as fault:
        return "authentication failed" not in str(fault)
    return True


def set_password(admin: Connection, role: str) -> None:
    """Hashed here, so that the server, and a log of its statements, never meets the password itself."""
    secret_hash = admin.pgconn.encrypt_password(
        secret(f"{role}.password").encode(), role.encode(), b"scram-sha-256"
    ).decode()
    admin.execute(SQL("alter role {} password {}").format(Identifier(role), Literal(secret_hash)))
