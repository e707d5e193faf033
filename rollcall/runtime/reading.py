"""How an analyst gets into the embedded server."""

import shlex

from rollcall.warehouse import server
from rollcall.warehouse.cluster import binaries
from rollcall.warehouse.connect import ROLES
from rollcall.warehouse.settings import settings


def psql() -> str:
    """A shell command that opens the marts; it names the file of the password, not the password."""
    user = ROLES["analyst"]
    file = shlex.quote(str(settings().secrets / f"{user}.password"))
    program = shlex.quote(str(binaries() / "psql"))
    return f'PGPASSWORD="$(cat {file})" {program} -h 127.0.0.1 -p {server.port()} -U {user} rollcall'
