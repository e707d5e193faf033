"""Do the whole again beside what is published, from the rows alone, and count where the two differ."""

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.identity import names
from rollcall.identity.decide import decide
from rollcall.identity.match import PAIR_COLUMNS, ensure_term_frequencies
from rollcall.identity.model import Model, model
from rollcall.identity.rows import fetch, fetch_refused
from rollcall.identity.score import block, engine, score


def reconcile(conn: Connection, work_schema: str = "marts_work") -> dict[str, int]:
    """Counts of pairs matched anew, of those that differ in anything from what was published, and of name keys that
    are not what the name gives. All but the first must be 0. Changes nothing. `conn`: role pipeline.
    """
    published = set(
        conn.execute(
            SQL("select person_key::text, child_key::text, {} from {}").format(
                SQL(", ").join(map(Identifier, PAIR_COLUMNS[2:])), Identifier(work_schema, "match_pair")
            )
        ).fetchall()
    )
    anew = decisions(conn, work_schema, model())
    wrong = sum(
        (plain, sound, surname) != (names.plain(name), names.sound(names.plain(name)), names.surname(names.plain(name)))
        for name, plain, sound, surname in conn.execute("select name, plain, sound, surname from identity.name_key")
    )
    return {
        "pairs": len(anew),
        "pairs_only_published": len(published - anew),
        "pairs_only_anew": len(anew - published),
        "name_keys_wrong": wrong,
    }


def decisions(conn: Connection, work_schema: str, with_model: Model) -> set[tuple]:
    """The rows of match_pair, as match.PAIR_COLUMNS, by a model over the rows of a work schema, with the frequencies
    of names of the version in use."""
    version = model().version
    n_children = ensure_term_frequencies(conn, work_schema, version)
    with engine() as con:
        fetch(con, conn, work_schema, version, n_children)
        block(con)
        score(con, with_model, n_children)
        fetch_refused(con, conn, work_schema)
        decide(con, with_model)
        return set(con.execute(f"select {', '.join(PAIR_COLUMNS)} from decided").fetchall())
