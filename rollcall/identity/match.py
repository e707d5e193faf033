"""The third tier: read whom the database could not identify, match them, write the pairs beside the candidate.

What comes out depends on the rows of the candidate's work schema, the model, and the term frequencies taken when its
version came into use. The last publish only spares work, see rollcall.identity.kept.
"""

import time

import duckdb
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.identity import kept
from rollcall.identity.decide import decide
from rollcall.identity.model import Model, model
from rollcall.identity.rows import fetch_children, fetch_people, fetch_refused, people_of, size_class
from rollcall.identity.score import block, engine, score
from rollcall.warehouse.boundary import reached

# The columns of TABLE, as `decide` names them.
PAIR_COLUMNS = (
    "person", "child", "weight", "margin", "rank", "name_level", "birth_level", "sex_level", "number_level",
    "place_level", "decision", "reason",
)  # fmt: skip
TABLE = """
create unlogged table {} (
    person_key uuid not null,
    child_key uuid not null,
    weight double precision not null,
    margin double precision not null,
    rank smallint not null,
    name_level text not null,
    birth_level text not null,
    sex_level text not null,
    number_level text not null,
    place_level text not null,
    decision text not null,
    reason text
)
"""


def match(
    conn: Connection, work_schema: str, with_model: Model | None = None, last: str | None = None
) -> dict[str, float]:
    """Write `<work_schema>.match_pair` from int_key_unlinked, int_find_namesakes, int_link_by_rule,
    int_apply_verdicts and int_key_children there.

    `last`: the work schema of the last publish. Pairs of which neither side has changed since are taken over from it;
    where it is not there or no help, everybody is matched with the whole register. `conn`: role pipeline, autocommit.
    Returns counts and seconds. Raises psycopg and duckdb errors; whatever happens, nothing published changes.
    """
    used = with_model or model()
    began = time.monotonic()
    n_children = ensure_term_frequencies(conn, work_schema, used.version)
    people = people_of(work_schema, used.version, n_children)
    kept.note_people(conn, work_schema, people, kept.made_by(used, n_children))
    changed = kept.note_changes(conn, work_schema, last) if last else None
    noted = time.monotonic()
    with engine() as con:
        fetch_people(con, conn, kept.everybody(work_schema))
        if changed:
            fetch_children(con, conn, work_schema, kept.concerned(work_schema))
            kept.block(con, conn, work_schema)
        else:
            fetch_children(con, conn, work_schema)
            block(con)
        read = time.monotonic()
        ((n_people,),) = con.execute("select count(*) from person").fetchall()
        ((n_pairs,),) = con.execute("select count(*) from pair").fetchall()
        score(con, used, n_children)
        n_kept = kept.take_over(con, conn, work_schema, last) if changed else 0
        fetch_refused(con, conn, work_schema)
        decide(con, used)
        matched = time.monotonic()
        n = _write(con, conn, work_schema)
    kept.forget_changes(conn, work_schema)
    reached("matched")
    return {
        "n_people": n_people,
        "n_changed_people": changed.people if changed else n_people,
        "n_pairs": n_pairs,
        "n_kept": n_kept,
        "n_written": n,
        "seconds_compare": round(noted - began, 2),
        "seconds_read": round(read - noted, 2),
        "seconds_match": round(matched - read, 2),
        "seconds_write": round(time.monotonic() - matched, 2),
    }


def ensure_term_frequencies(conn: Connection, work_schema: str, version: str) -> int:
    """Children on the register when this version's frequencies of names were taken: now, if no register of about this
    size was counted for it yet. The first register may be that of a single district: what it says of how rare a name
    is must not hold for the whole municipality. A name of one child is as rare as one that nobody bears, so it has no
    row."""
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(hashtext('identity'), hashtext('model'))")
        children = Identifier(work_schema, "int_key_children")
        (n,) = conn.execute(SQL("select count(*) from {}").format(children)).fetchone()
        if n == 0:
            return 1
        row = conn.execute(
            "select n_children from identity.model where model_version = %s and size_class = %s",
            (version, size_class(n)),
        ).fetchone()
        if row:
            return row[0]
        conn.execute(
            "insert into identity.model (model_version, size_class, n_children) values (%s, %s, %s)",
            (version, size_class(n), n),
        )
        conn.execute(
            SQL(
                """insert into identity.term_frequency (model_version, size_class, plain, share)
                select %s, %s, plain, count(*)::double precision / %s from {} where plain is not null
                group by plain having count(*) > 1"""
            ).format(children),
            (version, size_class(n), n),
        )
    conn.execute("analyze identity.term_frequency")
    return n


def _write(con: duckdb.DuckDBPyConnection, conn: Connection, work_schema: str) -> int:
    found = con.execute(f"select {', '.join(PAIR_COLUMNS)} from decided order by person, rank").fetchall()
    table = Identifier(work_schema, "match_pair")
    with conn.transaction():
        conn.execute(SQL("drop table if exists {} cascade").format(table))
        conn.execute(SQL(TABLE).format(table))
        with conn.cursor().copy(SQL("copy {} from stdin").format(table)) as copy:
            for row in found:
                copy.write_row(row)
    conn.execute(SQL("analyze {}").format(table))
    return len(found)
