"""Keys of names, numbers and dates that matching compares: computed once for each, kept in `identity`.

They depend on nothing but the text itself, so they are a cache: emptied, it fills again. Which rows are known at which
moment is no concern of theirs.
"""

import pyarrow as pa
from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from rollcall.contracts.load import contracts
from rollcall.identity import lunar, names, numbers
from rollcall.identity.pseudonym import number_keys

# Household names are shown to a reviewer and compared as written; they are no evidence of who a child is.
_COMPARED = ("name", "former_name", "new_name")
_UNSOUND = ("bad_check", "fifteen")


def refresh(conn: Connection) -> dict[str, int]:
    """Give every name, unsound number and date of history its keys; {"names": n, "numbers": n} that were new.

    `conn`: role pipeline, autocommit. Running it again does nothing.
    """
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(hashtext('identity'), hashtext('keys'))")
        conn.execute("set local work_mem = '256MB'")  # a million names are held against millions of rows
        _lunar_days(conn)
        return {"names": _names(conn), "numbers": _numbers(conn)}


def _lunar_days(conn: Connection) -> None:
    """Every solar day that a birth date of history may have meant; once for a year, when the first is born in it."""
    columns = [(feed.name, column.name) for feed in contracts().values() for column in feed.of_kind("birth_date")]
    parts = [
        SQL("select extract(year from {c})::integer from {t} where {c} is not null").format(
            c=Identifier(column), t=table
        )
        for table, column in _present(conn, columns)
    ]
    if not parts:
        return
    born = conn.execute(SQL(" union ").join(parts)).fetchall()
    # A year is there when its last day is.
    there = conn.execute(
        "select extract(year from meant_on)::integer from identity.lunar_day where to_char(meant_on, 'MMDD') = '1231'"
    ).fetchall()
    new = lunar.years_meant(year for (year,) in born) - {year for (year,) in there}
    with conn.cursor() as cursor:
        cursor.executemany("insert into identity.lunar_day values (%s, %s) on conflict do nothing", lunar.meanings(new))


def _names(conn: Connection) -> int:
    columns = [
        (feed.name, column.name) for feed in contracts().values() for column in feed.columns if column.name in _COMPARED
    ]
    parts = [
        SQL("select {c} as name from {t} where {c} is not null").format(c=Identifier(column), t=table)
        for table, column in _present(conn, columns)
    ]
    if not parts:
        return 0
    # In order, so that each goes to the end of the index.
    new = conn.execute(
        SQL(
            """select distinct n.name from ({}) as n
            where not exists (select from identity.name_key as k where k.name = n.name)
            order by n.name"""
        ).format(SQL(" union all ").join(parts))
    ).fetchall()
    with conn.cursor().copy("copy identity.name_key from stdin") as copy:
        for (name,) in new:
            plain = names.plain(name)
            copy.write_row((name, plain, names.sound(plain), names.surname(plain)))
    if new:
        conn.execute("analyze identity.name_key")
    return len(new)


def _numbers(conn: Connection) -> int:
    columns = [(feed.name, column.name) for feed in contracts().values() for column in feed.of_kind("id_number")]
    found: dict[str, str] = {}
    for table, column in _present(conn, columns):
        found |= dict(
            conn.execute(
                SQL(
                    """select distinct t.{key}::text, t.{number} from {table} as t
                    where t.{state} = any(%s) and t.{key} is not null and t.{number} is not null and not exists (
                        select from identity.number_neighbour as k where k.id_number_key = t.{key}
                    )"""
                ).format(
                    key=Identifier(f"{column}_key"),
                    state=Identifier(f"{column}_state"),
                    number=Identifier(column),
                    table=table,
                ),
                (list(_UNSOUND),),
            ).fetchall()
        )
    near = [(key, other, how) for key, number in found.items() for other, how in numbers.neighbours(number)]
    keyed = number_keys(pa.array([other for _, other, _ in near], pa.string())).to_pylist()
    with conn.cursor().copy("copy identity.number_neighbour from stdin") as copy:
        for (key, _, how), neighbour in zip(near, keyed, strict=True):
            copy.write_row((key, neighbour, how))
    if near:
        conn.execute("analyze identity.number_neighbour")
    return len({key for key, _, _ in near})


def _present(conn: Connection, columns: list[tuple[str, str]]) -> list[tuple[Composed, str]]:
    there = {
        (table, column)
        for table, column in conn.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'history'"
        )
    }
    return [(SQL("history.{}").format(Identifier(feed)), column) for feed, column in columns if (feed, column) in there]
