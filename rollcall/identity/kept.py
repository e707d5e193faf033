"""What the last publish leaves for the next: pairs of a person and a child of whom neither has changed since.

It is that publish's work schema itself, which was swapped in whole: everybody in doubt then (`match_person`), the
register then (`int_key_children`), and every likely pair of the two (`match_pair`). Both sides are held by hashes of
all that the model reads, and the people's by the model and the code as well: so a pair that is taken over is the pair
that matching anew would find, whatever was published in between.
"""

import hashlib
import inspect
from importlib.metadata import version as version_of
from types import ModuleType
from typing import NamedTuple

import duckdb
from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from rollcall.identity import compare, rows, score
from rollcall.identity.compare import BLOCKING, LISTS
from rollcall.identity.model import Model
from rollcall.identity.rows import load
from rollcall.identity.score import comparable

_TABLES = ("match_person", "match_pair", "int_key_children")
# Where more than this share of a side is new, everything is matched: that is then the shorter way.
MANY = 0.1
# ... unless it is so few that they are no work at all.
FEW = 2000

_PEOPLE = """
create unlogged table {work}.match_person as
select p.*, md5({made_by} || p::text)::uuid as match_hash from ({people}) as p
"""
_CHANGED_PEOPLE = """
create unlogged table {work}.match_changed_person as
select n.unique_id from {work}.match_person as n
left join {last}.match_person as o on n.unique_id = o.unique_id and n.match_hash = o.match_hash
where
    o.unique_id is null
    -- Who is to be asked again of a pair, whatever its weight, needs it even if it was no likely one.
    or n.unique_id in (select person_key from {work}.int_apply_verdicts where not is_in_force)
"""
_CHANGED_CHILDREN = """
create unlogged table {work}.match_changed_child as
select n.child_key as unique_id from {work}.int_key_children as n
left join {last}.int_key_children as o on n.child_key = o.child_key and n.match_hash = o.match_hash
where o.child_key is null
"""
_PAIRS = """
select m.person_key::text as person, m.child_key::text as child, m.weight, m.name_level, m.birth_level, m.sex_level,
    m.number_level, m.place_level, c.is_twin
from {last}.match_pair as m
inner join {work}.match_person as p on m.person_key = p.unique_id
inner join {work}.int_key_children as c on m.child_key = c.child_key
left join {work}.match_changed_person as np on m.person_key = np.unique_id
left join {work}.match_changed_child as nc on m.child_key = nc.unique_id
where np.unique_id is null and nc.unique_id is null
"""


class Changed(NamedTuple):
    """How many people and children are new or not as they were."""

    people: int
    children: int


def made_by(model: Model, n_children: int) -> str:
    """Hash of all that a pair's weight depends on besides its two rows."""
    code: tuple[ModuleType, ...] = (compare, rows, score)
    parts = [repr(model), repr(n_children), *map(inspect.getsource, code)]
    parts += [version_of(package) for package in ("splink", "duckdb")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def note_people(conn: Connection, work_schema: str, people: Composed, made_by: str) -> None:
    """Make `match_person` of the work schema: everybody in doubt, as the model reads them."""
    work = Identifier(work_schema)
    conn.execute(SQL("drop table if exists {}.match_person").format(work))
    conn.execute(SQL(_PEOPLE).format(work=work, people=people, made_by=Literal(made_by)))
    conn.execute(SQL("analyze {}.match_person").format(work))


def note_changes(conn: Connection, work_schema: str, last: str) -> Changed | None:
    """Make `match_changed_person` and `match_changed_child` of the work schema: who is not in `last` as it is here.

    None where nothing can be taken over from `last`, or so little that matching everything is the shorter way.
    """
    if not _is_usable(conn, last):
        return None
    forget_changes(conn, work_schema)
    names = {"work": Identifier(work_schema), "last": Identifier(last)}
    counts = []
    for side, whole, query in (
        ("match_changed_person", "match_person", _CHANGED_PEOPLE),
        ("match_changed_child", "int_key_children", _CHANGED_CHILDREN),
    ):
        with conn.transaction():
            conn.execute("set local work_mem = '256MB'")  # register against register
            n = conn.execute(SQL(query).format(**names)).rowcount
        conn.execute(SQL("analyze {}").format(Identifier(work_schema, side)))
        if n > FEW:
            (of,) = conn.execute(SQL("select count(*) from {}").format(Identifier(work_schema, whole))).fetchone()
            if n > MANY * of:
                return None
        counts.append(n)
    return Changed(*counts)


def forget_changes(conn: Connection, work_schema: str) -> None:
    """Drop what note_changes made."""
    for table in ("match_changed_person", "match_changed_child"):
        conn.execute(SQL("drop table if exists {}").format(Identifier(work_schema, table)))


def _is_usable(conn: Connection, last: str) -> bool:
    """Whether a publish that knew of this left its tables there."""
    (n,) = conn.execute(
        """select count(distinct attrelid) from pg_attribute
        where attrelid in (select to_regclass(quote_ident(%s) || '.' || name) from unnest(%s::text[]) as name)
            and attname in ('match_hash', 'weight') and not attisdropped""",
        (last, list(_TABLES)),
    ).fetchone()
    return n == len(_TABLES)


def everybody(work_schema: str) -> Composed:
    """Query of the people that note_people noted."""
    return SQL("select * from {}.match_person").format(Identifier(work_schema))


def concerned(work_schema: str) -> Composed:
    """Condition on a child `r` of rows.CHILDREN: it has changed, or may be a person who has.

    Millions are asked, so rules that begin with the same key ask for that first.
    """
    work = Identifier(work_schema)
    ways = [SQL("r.unique_id in (select unique_id from {}.match_changed_child)").format(work)]
    by_first: dict[tuple[str, str], list[dict[str, str]]] = {}
    for rule in BLOCKING:
        first = "birth" if rule.get("birth") == "birth" else next(iter(rule))
        by_first.setdefault((first, rule[first]), []).append(rule)
    for (mine, theirs), rules in by_first.items():
        further = [] if {mine: theirs} in rules else [_shares(work, rule) for rule in rules]
        ways.append(SQL(" and ").join([_shares(work, {mine: theirs}), *filter(None, [_any_of(further)])]))
    return _any_of(ways)


def _any_of(conditions: list[Composed]) -> Composed | None:
    return SQL("({})").format(SQL(" or ").join(conditions)) if conditions else None


def _shares(work: Identifier, rule: dict[str, str]) -> Composed:
    """Condition: child `r` has the key of a rule that somebody who has changed has."""
    mine = [SQL("unnest(l.{})" if column in LISTS else "l.{}").format(Identifier(column)) for column in rule]
    known = [SQL("l.{} is not null").format(Identifier(column)) for column in rule]
    theirs = [SQL("r.{}").format(Identifier(column)) for column in rule.values()]
    # A null on either side would make PostgreSQL look through all keys for a part of them.
    present = [SQL("{} is not null").format(column) for column in theirs]
    return SQL(
        """{present} and ({theirs}) in (
            select {mine} from {work}.match_person as l
            where {known} and l.unique_id in (select unique_id from {work}.match_changed_person)
        )"""
    ).format(
        present=SQL(" and ").join(present),
        theirs=SQL(", ").join(theirs),
        mine=SQL(", ").join(mine),
        work=work,
        known=SQL(" and ").join(known),
    )


def block(con: duckdb.DuckDBPyConnection, conn: Connection, work_schema: str) -> None:
    """Make table `pair` of tables `person` (everybody) and `child` (those `concerned`): whoever has changed with
    everybody on the other side."""
    for side in ("person", "child"):
        changed = Identifier(work_schema, f"match_changed_{side}")
        load(con, conn, "changed", SQL("select unique_id::text as unique_id from {}").format(changed))
        con.execute(f"create or replace table changed_{side} as from {side} semi join changed using (unique_id)")
    con.execute("create or replace table other_person as from person anti join changed_person using (unique_id)")
    con.execute(
        f"""create or replace table pair as {comparable("changed_person", "child")}
        union {comparable("other_person", "changed_child")}"""
    )


def take_over(con: duckdb.DuckDBPyConnection, conn: Connection, work_schema: str, last: str) -> int:
    """Add to table `scored`, and to what `decide` reads of table `child`, the pairs of which neither side has changed;
    how many."""
    names = {"work": Identifier(work_schema), "last": Identifier(last)}
    load(con, conn, "kept", SQL(_PAIRS).format(**names))
    con.execute("insert into scored by name select * exclude (is_twin) from kept")
    con.execute(
        """create or replace table child as
        select unique_id, is_twin from child union select child, is_twin from kept"""
    )
    ((n,),) = con.execute("select count(*) from kept").fetchall()
    return n
