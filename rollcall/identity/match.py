"""The third tier: read whom the database could not identify, match them, write the pairs beside the candidate.

A function of two tables of the candidate's work schema, the model, and the term frequencies taken when its version
came into use; nothing of an earlier publish enters, so that a changed row and a whole run give the same.
"""

import time

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.identity.decide import decide
from rollcall.identity.model import Model, model
from rollcall.identity.score import block, engine, score
from rollcall.warehouse.boundary import reached
from rollcall.warehouse.connect import adbc

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
_PEOPLE = """
select
    p.person_key::text as unique_id, p.plain as name, substr(p.plain, length(p.surname) + 1) as given, p.surname,
    p.sound, p.former_plain as former, p.sex, p.birth_on as birth,
    extract(year from p.birth_on)::integer as year, p.meant_on as meant, p.id_number as number,
    p.id_number_state as state, p.district_code as area, p.township_code as place, p.guardian_phone as phone,
    p.guardian_name as guardian, p.claimed_child_key::text as claimed, t.share as tf_name,
    (select array_agg(n.neighbour_key::text) from identity.number_neighbour as n
        where n.id_number_key = p.id_number_key) as neighbours
from {work}.{people} as p
left join {work}.int_link_by_rule as r on p.person_key = r.person_key
left join identity.term_frequency as t on p.plain = t.plain and t.model_version = {version}
where r.person_key is null
"""
# Millions of rows: only what cannot be made of the rest travels.
_CHILDREN = """
select
    c.child_key::text as unique_id, c.plain as name, c.surname, c.sound, c.former_plain as former, c.sex,
    c.birth_on as birth, c.id_number as number, c.district_code as area, c.township_code as place,
    c.guardian_phone as phone, c.guardian_name as guardian,
    case when c.id_number_key <> c.child_key then c.id_number_key::text end as other_key, c.is_twin
from {work}.int_key_children as c
"""
_SPREAD = """
create or replace table child as
select * exclude (other_key), substr(name, length(surname) + 1) as given, year(birth)::integer as year,
    null::date[] as meant, 'valid' as state, unique_id as claimed, null::double as tf_name,
    coalesce(other_key, unique_id) as number_key
from child
"""


def match(conn: Connection, work_schema: str, with_model: Model | None = None) -> dict[str, float]:
    """Write `<work_schema>.match_pair` from int_key_unlinked, int_link_by_rule and int_key_children there.

    `conn`: role pipeline, autocommit. Returns counts and seconds. Raises psycopg and duckdb errors; whatever happens,
    nothing published changes.
    """
    used = with_model or model()
    began = time.monotonic()
    n_children = ensure_term_frequencies(conn, work_schema, used.version)
    with engine() as con:
        fetch(con, conn, work_schema, used.version, n_children)
        fetched = time.monotonic()
        block(con)
        score(con, used, n_children)
        decide(con, used)
        matched = time.monotonic()
        n = _write(con, conn, work_schema)
        ((n_people,),) = con.execute("select count(*) from person").fetchall()
        ((n_pairs,),) = con.execute("select count(*) from pair").fetchall()
    reached("matched")
    return {
        "n_people": n_people,
        "n_pairs": n_pairs,
        "n_written": n,
        "seconds_read": round(fetched - began, 2),
        "seconds_match": round(matched - fetched, 2),
        "seconds_write": round(time.monotonic() - matched, 2),
    }


def ensure_term_frequencies(conn: Connection, work_schema: str, version: str) -> int:
    """Children on the register when this version's frequencies of names were taken: now, if it is new here."""
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(hashtext('identity'), hashtext('model'))")
        row = conn.execute("select n_children from identity.model where model_version = %s", (version,)).fetchone()
        if row:
            return row[0]
        children = Identifier(work_schema, "int_key_children")
        (n,) = conn.execute(SQL("select count(*) from {}").format(children)).fetchone()
        if n == 0:
            return 1
        conn.execute("insert into identity.model (model_version, n_children) values (%s, %s)", (version, n))
        conn.execute(
            SQL(
                """insert into identity.term_frequency (model_version, plain, share)
                select %s, plain, count(*)::double precision / %s from {} where plain is not null group by plain"""
            ).format(children),
            (version, n),
        )
    conn.execute("analyze identity.term_frequency")
    return n


def fetch(
    con, conn: Connection, work_schema: str, version: str, n_children: int, people: str = "int_key_unlinked"
) -> None:
    """Make tables `person` and `child` in DuckDB of those whom neither number nor rule identifies, and of the
    register; a name that nobody bore when the frequencies were taken counts as borne by one child. `people`: the
    table to take them from."""
    names = {"work": Identifier(work_schema), "version": version, "people": Identifier(people)}
    _fetch(con, "person", SQL(_PEOPLE), names, conn)
    _fetch(con, "child", SQL(_CHILDREN), names, conn)
    con.execute(_SPREAD)
    con.execute("update person set tf_name = ? where tf_name is null", [1 / n_children])


def _fetch(con, table: str, query: SQL, names: dict, conn: Connection) -> None:
    text = query.format(**names).as_string(conn)
    with adbc() as source, source.cursor() as cursor:
        cursor.execute(text)
        rows = cursor.fetch_record_batch()  # noqa: F841  DuckDB finds it by its name
        con.execute(f"create or replace table {table} as select * from rows")


def _write(con, conn: Connection, work_schema: str) -> int:
    columns = (
        "person", "child", "weight", "margin", "rank", "name_level", "birth_level", "sex_level", "number_level",
        "place_level", "decision", "reason",
    )  # fmt: skip
    found = con.execute(f"select {', '.join(columns)} from decided order by person, rank").fetchall()
    table = Identifier(work_schema, "match_pair")
    with conn.transaction():
        conn.execute(SQL("drop table if exists {} cascade").format(table))
        conn.execute(SQL(TABLE).format(table))
        with conn.cursor().copy(SQL("copy {} from stdin").format(table)) as copy:
            for row in found:
                copy.write_row(row)
    conn.execute(SQL("analyze {}").format(table))
    return len(found)
