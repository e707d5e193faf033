"""Where personal data may lie, and a search of every other place for it. Reports places, never what was
found.

The vault: the schemas stage, history and identity, the table ops.rejected_row, the work schemas (read by the
pipeline alone), and below ROLLCALL_HOME the directories inbox, archive, truth, spill, secrets and postgres
(which is the warehouse itself). Everything else is searched.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.warehouse.connect import connect
from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.settings import settings

VAULT_FOLDERS = frozenset({"inbox", "archive", "truth", "spill", "secrets", "postgres"})
VAULT_TABLES = frozenset({("ops", "rejected_row")})
# An ID number, alone or behind the letter of a 学籍号. A digest in hex may hold such digits: then letters
# touch it.
_ID = re.compile(
    r"(?<![0-9A-Za-z])[GLJ]?[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}[0-9Xx]"
    r"(?![0-9A-Za-z])"
)
_RUN = re.compile(r"[\u3400-\u9fff·]+|[0-9A-Za-z]+")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


class Needles:
    """Planted names, phones and the like. A run of characters is looked up window by window in a set:
    thousands
    of needles cost no more than one.
    """

    def __init__(self, needles: Iterable[str]) -> None:
        self._all = frozenset(needles)
        self._lengths = sorted({len(needle) for needle in self._all})

    def are_in(self, text: str) -> bool:
        """Whether `text` holds one of them, or anything like an ID number, as it is or as JSON escapes it."""
        if "\\u" in text:
            text = _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)
        if _ID.search(text):
            return True
        for run in _RUN.findall(text):
            for length in self._lengths:
                if any(run[n : n + length] in self._all for n in range(len(run) - length + 1)):
                    return True
        return False


def leaks(needles: Iterable[str], schemas: tuple[str, ...] = ("marts", "ops")) -> list[str]:
    """Places outside the vault that hold one of `needles` or anything like an ID number.

    Searches the files below ROLLCALL_HOME (logs, Data Docs, compiled SQL, Airflow), all text of the given
    schemas, and all text of Airflow's database (XCom, rendered templates, logs) if there is one.
    """
    needles = sorted(set(needles))
    found = list(in_files(settings().home, needles))
    with connect("pipeline") as conn:
        for schema in schemas:
            found += in_schema(conn, schema, needles)
    try:
        with connect("airflow") as conn:
            found += in_schema(conn, "public", needles)
    except WarehouseError:
        pass
    return found


def in_files(home: Path, needles: Iterable[str]) -> Iterator[str]:
    """Files below `home`, outside the vault, whose name or content holds a needle, in UTF-8 or GB18030."""
    sought = Needles(needles)
    for path in sorted(home.rglob("*")):
        place = path.relative_to(home)
        if place.parts[0] in VAULT_FOLDERS or path.is_symlink() or not path.is_file():
            continue
        content = path.read_bytes()
        texts = [str(place), content.decode("utf-8", "ignore")]
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            texts.append(content.decode("gb18030", "ignore"))
        if any(sought.are_in(text) for text in texts):
            yield str(place)


def in_schema(conn: Connection, schema: str, needles: Iterable[str]) -> list[str]:
    """ "schema.table.column" of every column of text, JSON or arrays that holds a needle or an ID number."""
    sought = Needles(needles)
    columns = conn.execute(
        """select c.relname, a.attname from pg_class as c
        join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_type as t on t.oid = a.atttypid
        where c.relnamespace = to_regnamespace(%s) and c.relkind in ('r', 'p', 'v', 'm')
            and (t.typcategory in ('S', 'A') or t.typname in ('json', 'jsonb'))
        order by 1, 2""",
        (schema,),
    ).fetchall()
    found = []
    for table, column in columns:
        if (schema, table) in VAULT_TABLES:
            continue
        query = SQL("select distinct {1}::text from {0} where {1} is not null")
        rows = conn.execute(query.format(Identifier(schema, table), Identifier(column)))
        if any(sought.are_in(text) for (text,) in rows):
            found.append(f"{schema}.{table}.{column}")
    return found
