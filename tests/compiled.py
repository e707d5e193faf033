"""The marts of many dates in seconds each: the statements dbt compiles, run as they are, the matching in their middle.

A publish spends nearly all its time on a small municipality in dbt itself. Its statements differ between two publishes
only in the literals of the date and of the moment, so they are compiled once, with literals that occur nowhere else.
A test beside compares one date built so with a publish of it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.identity.keys import refresh
from rollcall.identity.match import match
from rollcall.identity.model import Model, model
from rollcall.publish.candidate import BEFORE_MATCHING, dbt_environment, dbt_options
from rollcall.publish.swap import work_of

# For these schemas the statements are compiled; the seeds stay there for the length of the session.
_CANDIDATE = "compiled"
_WORK = work_of(_CANDIDATE)
_AS_OF, _KNOWN_AT, _VERSION = "1875-01-02", "1875-01-03 04:05:06+08:05", "version-of-1875"


@dataclass(frozen=True)
class Statement:
    """One model: where it goes, the query dbt made of it, and the models it reads; `is_first`: the matching rests on
    it."""

    schema: str
    name: str
    is_view: bool
    is_first: bool
    reads: tuple[str, ...]
    query: str


def build(
    conn: Connection,
    as_of: date,
    known_at: datetime,
    candidate: str,
    with_model: Model | None = None,
    last: str | None = None,
    only: Iterable[str] = (),
) -> dict[str, float]:
    """Make every seed and model in `candidate` and its work schema, which are there, as of a date, with what was known
    at a moment; what the matching counted. `last`: as for a publish; `only`: these models and all they rest on.
    `conn`: autocommit."""
    with_model = with_model or model()
    refresh(conn)
    statements = _resting(compiled(), set(only))
    literals = {_AS_OF: str(as_of), _KNOWN_AT: known_at.isoformat(sep=" "), _VERSION: with_model.version}
    places = {f'"{_WORK}"': f'"{work_of(candidate)}"', f'"{_CANDIDATE}"': f'"{candidate}"'}
    for schema in (candidate, work_of(candidate)):
        _empty(conn, schema)
    _copy_seeds(conn, work_of(candidate))
    for one in (m for m in statements if m.is_first):
        _make(conn, one, literals | places)
    counts = match(conn, work_of(candidate), with_model, last)
    for one in (m for m in statements if not m.is_first):
        _make(conn, one, literals | places)
    return counts


@cache
def compiled() -> tuple[Statement, ...]:
    """The models in the order of their dependence; seeds are loaded on the way, they hang on no date."""
    from dbt.cli.main import dbtRunner

    literals = json.dumps({"as_of": _AS_OF, "known_at": _KNOWN_AT, "model_version": _VERSION})
    options = dbt_options(_CANDIDATE)
    with dbt_environment(_CANDIDATE):
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
    names = {uid: node.name for uid, node in nodes.items()}
    return tuple(
        Statement(
            node.schema,
            node.name,
            node.config.materialized == "view",
            uid in first,
            tuple(names[parent] for parent in manifest.parent_map[uid] if parent in names),
            node.compiled_code,
        )
        for uid, node in ((uid, nodes[uid]) for uid in _in_order(set(nodes), manifest.parent_map))
    )


def rows(conn: Connection, schema: str) -> Iterator[tuple[str, list[str], list[tuple]]]:
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


def _resting(statements: tuple[Statement, ...], only: set[str]) -> list[Statement]:
    """Those named, and all they rest on, in order; everything if none is named."""
    wanted = only or {one.name for one in statements}
    for one in reversed(statements):
        if one.name in wanted:
            wanted |= set(one.reads)
    return [one for one in statements if one.name in wanted or one.is_first]


def _copy_seeds(conn: Connection, work: str) -> None:
    for (name,) in conn.execute(
        "select relname from pg_class where relnamespace = %s::regnamespace and relkind = 'r' and relname ~ '^seed_'",
        (_WORK,),
    ).fetchall():
        target = SQL("{}").format(Identifier(work, name))
        conn.execute(SQL("drop table if exists {} cascade").format(target))
        conn.execute(SQL("create table {} as table {}").format(target, Identifier(_WORK, name)))


def _make(conn: Connection, one: Statement, replacements: dict[str, str]) -> None:
    target, query = f'"{one.schema}"."{one.name}"', one.query
    for old, new in replacements.items():
        target, query = target.replace(old, new), query.replace(old, new)
    conn.execute(f"create {'view' if one.is_view else 'unlogged table'} {target} as {query}")  # type: ignore[arg-type]
    if not one.is_view:
        conn.execute(f"analyze {target}")  # type: ignore[arg-type]


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
