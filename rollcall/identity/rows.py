"""What the model reads of a person in doubt and of a child on the register, from a work schema into DuckDB."""

from math import log

import duckdb
from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from rollcall.warehouse.connect import adbc

# Whom neither a number nor a rule identifies, in the columns of compare.COLUMNS and `neighbours`. Of a name that nobody
# bore when the frequencies were taken, one child counts as its bearer.
PEOPLE = """
select
    p.person_key as unique_id, p.plain as name, substr(p.plain, length(p.surname) + 1) as given, p.surname,
    p.sound, p.former_plain as former, p.sex, p.birth_on as birth,
    extract(year from p.birth_on)::integer as year, p.meant_on as meant, p.id_number as number,
    p.id_number_state as state, null::text as corrected, p.district_code as area, p.township_code as place,
    p.guardian_phone as phone, p.guardian_name as guardian, p.claimed_child_key as claimed,
    p.has_namesake or n.person_key is not null as has_namesake, coalesce(t.share, {share}) as tf_name,
    (select array_agg(b.neighbour_key order by b.neighbour_key) from identity.number_neighbour as b
        where b.id_number_key = p.id_number_key) as neighbours
from {work}.{people} as p
left join {work}.int_link_by_rule as r on p.person_key = r.person_key
left join {work}.int_find_namesakes as n on p.person_key = n.person_key
left join identity.term_frequency as t
    on p.plain = t.plain and t.model_version = {version} and t.size_class = {size_class}
where r.person_key is null
"""
# The register in the columns of compare.COLUMNS that blocking uses, and `number_key`.
CHILDREN = """
select
    c.child_key as unique_id, c.plain as name, substr(c.plain, length(c.surname) + 1) as given, c.surname, c.sound,
    c.former_plain as former, c.sex, c.birth_on as birth, extract(year from c.birth_on)::integer as year,
    c.id_number as number, c.corrected_digits as corrected, c.district_code as area, c.township_code as place,
    c.guardian_phone as phone, c.guardian_name as guardian, c.child_key as claimed, c.id_number_key as number_key,
    c.is_twin
from {work}.int_key_children as c
"""
# Millions of rows may travel: only what cannot be made of the rest does.
_TRAVELLING = """
select r.unique_id::text as unique_id, r.name, r.surname, r.sound, r.former, r.sex, r.birth, r.number, r.corrected,
    r.area, r.place, r.phone, r.guardian, r.is_twin,
    case when r.number_key <> r.unique_id then r.number_key::text end as other_key
from ({children}) as r
where {which}
"""
_SPREAD = """
create or replace table child as
select * exclude (other_key), substr(name, length(surname) + 1) as given, year(birth)::integer as year,
    null::date[] as meant, 'valid' as state, unique_id as claimed, null::double as tf_name,
    coalesce(other_key, unique_id) as number_key
from child
"""
_AS_TEXT = """
select p.unique_id::text as unique_id, p.name, p.given, p.surname, p.sound, p.former, p.sex, p.birth, p.year, p.meant,
    p.number, p.state, p.corrected, p.area, p.place, p.phone, p.guardian, p.claimed::text as claimed, p.has_namesake,
    p.tf_name, p.neighbours::text[] as neighbours
from ({people}) as p
where {which}
"""
EVERY = SQL("true")


def people_of(work_schema: str, version: str, n_children: int, table: str = "int_key_unlinked") -> Composed:
    """The query PEOPLE over a table of the work schema; `n_children`: of the register whose frequencies are used."""
    names = {"work": Identifier(work_schema), "people": Identifier(table)}
    values = {"version": version, "share": 1 / n_children, "size_class": size_class(n_children)}
    return SQL(PEOPLE).format(**names, **{name: Literal(value) for name, value in values.items()})


def size_class(n_children: int) -> int:
    """Registers of one class differ by a quarter at most: a third of a bit in the odds before anything is known."""
    return round(log(n_children, 1.25))


def children_of(work_schema: str) -> Composed:
    """The query CHILDREN over a work schema."""
    return SQL(CHILDREN).format(work=Identifier(work_schema))


def fetch(
    con: duckdb.DuckDBPyConnection,
    conn: Connection,
    work_schema: str,
    version: str,
    n_children: int,
    people: str = "int_key_unlinked",
) -> None:
    """Make tables `person` and `child` in DuckDB of everybody in doubt and the whole register. `people`: the table to
    take them from."""
    fetch_people(con, conn, people_of(work_schema, version, n_children, people))
    fetch_children(con, conn, work_schema)


def fetch_people(con: duckdb.DuckDBPyConnection, conn: Connection, people: Composed, which: Composed | SQL = EVERY):
    """Make table `person`; `which`: a condition on `p`, the query's row."""
    load(con, conn, "person", SQL(_AS_TEXT).format(people=people, which=which))


def fetch_children(con: duckdb.DuckDBPyConnection, conn: Connection, work_schema: str, which: Composed | SQL = EVERY):
    """Make table `child`; `which`: a condition on `r`, the row of CHILDREN."""
    load(con, conn, "child", SQL(_TRAVELLING).format(children=children_of(work_schema), which=which))
    con.execute(_SPREAD)


def fetch_refused(con: duckdb.DuckDBPyConnection, conn: Connection, work_schema: str) -> None:
    """Make table `refused` of the pairs that people have said are two, and `lapsed` of those to be asked again."""
    said = SQL(
        """select person_key::text as person, child_key::text as child, verdict = 'different' as is_different,
            is_in_force
        from {}.int_apply_verdicts"""
    )
    load(con, conn, "said", said.format(Identifier(work_schema)))
    con.execute("create or replace table refused as select person, child from said where is_in_force and is_different")
    con.execute("create or replace table lapsed as select * exclude (is_in_force) from said where not is_in_force")


def load(con: duckdb.DuckDBPyConnection, conn: Connection, table: str, query: Composed) -> None:
    """Make a table in DuckDB of a query's rows in PostgreSQL."""
    text = query.as_string(conn)
    with adbc() as source, source.cursor() as cursor:
        cursor.execute(text)
        rows = cursor.fetch_record_batch()  # noqa: F841  DuckDB finds it by its name
        con.execute(f"create or replace table {table} as select * from rows")
