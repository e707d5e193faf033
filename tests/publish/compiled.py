"""The marts of many dates in seconds each: the statements dbt compiles, run as they are, the matching in their middle.

A publish spends nearly all its time on a small municipality in dbt itself. Its statements differ between two publishes
only in the literals of the date and of the moment, so they are compiled once, with literals that occur nowhere else.
A test beside compares one date built so with a publish of it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.identity.keys import refresh
from rollcall.identity.match import match
from rollcall.identity.model import model
from rollcall.publish.candidate import BEFORE_MATCHING, dbt_environment, dbt_options

CANDIDATE = "compiled"
WORK = f"{CANDIDATE}_work"
_AS_OF, _KNOWN_AT = "1875-01-02", "1875-01-03 04:05:06+08:05"


@dataclass(frozen=True)
class Model:
    """One model: where it goes and the query dbt made of it; `is_first`: the matching rests on it."""

    schema: str
    name: str
    is_view: bool
    is_first: bool
    query: str


def build(conn: Connection, as_of: date, known_at: datetime) -> None:
    """Make every seed and model in CANDIDATE as of a date, with what was known at a moment. `conn`: autocommit."""
    refresh(conn)
    models = compiled()
    for schema in (CANDIDATE, WORK):
        _empty(conn, schema)
    for one in (m for m in models if m.is_first):
        _make(conn, one, as_of, known_at)
    match(conn, WORK)
    for one in (m for m in models if not m.is_first):
        _make(conn, one, as_of, known_at)


@cache
def compiled() -> tuple[Model, ...]:
    """The models in the order of their dependence; seeds are loaded on the way, they hang on no date."""
    from dbt.cli.main import dbtRunner

    literals = json.dumps({"as_of": _AS_OF, "known_at": _KNOWN_AT, "model_version": model().version})
    options = dbt_options(CANDIDATE)
    with dbt_environment(CANDIDATE):
        manifest = dbtRunner().invoke(["parse", *options]).result
        runner = dbtRunner(manifest=manifest)
        assert runner.invoke(["seed", "--vars", literals, *options]).success
        only = ["--select", "resource_type:model", "--indirect-selection", "empty"]
        done = runner.invoke(["compile", *only, "--vars", literals, *options])
    assert done.success, done.exception
    nodes = {
        r.node.unique_id: r.node
        for r in done.result.results
        if r.node.resource_type == "model" and r.node.config.materialized != "ephemeral"
    }
    first = _upstream({uid for uid, node in nodes.items() if node.name in BEFORE_MATCHING}, manifest.parent_map)
    return tuple(
        Model(node.schema, node.name, node.config.materialized == "view", uid in first, node.compiled_code)
        for uid, node in ((uid, nodes[uid]) for uid in _in_order(set(nodes), manifest.parent_map))
    )


def rows(conn: Connection, schema: str = CANDIDATE) -> Iterator[tuple[str, list[str], list[tuple]]]:
    """(relation, columns, rows as text) of the tables and views of a schema, seeds and the matching's work apart."""
    relations = conn.execute(
        """select c.relname, array_agg(a.attname::text order by a.attname) from pg_class as c
        join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = %s::regnamespace and c.relkind in ('r', 'v') group by 1 order by 1""",
        (schema,),
    ).fetchall()
    for relation, columns in relations:
        texts = SQL(", ").join(SQL("{}::text").format(Identifier(column)) for column in columns)
        query = SQL("select {} from {}").format(texts, Identifier(schema, relation))
        yield relation, columns, sorted(conn.execute(query).fetchall(), key=repr)


def _make(conn: Connection, one: Model, as_of: date, known_at: datetime) -> None:
    query = one.query.replace(_AS_OF, as_of.isoformat()).replace(_KNOWN_AT, known_at.isoformat(sep=" "))
    kind = "view" if one.is_view else "unlogged table"
    conn.execute(f'create {kind} "{one.schema}"."{one.name}" as {query}')  # type: ignore[arg-type]
    if not one.is_view:
        conn.execute(f'analyze "{one.schema}"."{one.name}"')  # type: ignore[arg-type]


def _empty(conn: Connection, schema: str) -> None:
    with conn.transaction():
        conn.execute("set local client_min_messages = warning")
        for name, kind in conn.execute(
            """select relname, relkind::text from pg_class where relnamespace = %s::regnamespace
            and relkind in ('r', 'v') and relname !~ '^seed_'""",
            (schema,),
        ).fetchall():
            drop = "drop table if exists {} cascade" if kind == "r" else "drop view if exists {} cascade"
            conn.execute(SQL(drop).format(Identifier(schema, name)))


def _upstream(uids: set[str], parents: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    queue = list(uids)
    while queue:
        uid = queue.pop()
        if uid not in found:
            found.add(uid)
            queue += parents.get(uid, [])
    return found


def _in_order(uids: set[str], parents: dict[str, list[str]]) -> list[str]:
    placed: dict[str, None] = {}

    def place(uid: str) -> None:
        for parent in sorted(parents.get(uid, [])):
            if parent not in placed and re.match("model", parent):
                place(parent)
        placed[uid] = None

    for uid in sorted(uids):
        place(uid)
    return [uid for uid in placed if uid in uids]
