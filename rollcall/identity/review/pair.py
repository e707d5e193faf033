"""Both rows of a doubtful pair, with names, as the matching saw them. Whoever calls this logs the access first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from rollcall.contracts.load import contract
from rollcall.identity.review.compare import FIELDS, Comparison, compare
from rollcall.identity.review.queue import Doubt

REGISTER = "population"
_PLACES = ("hukou_district_code", "district_code", "residence_township_code", "township_code")
# What a reviewer needs of a row: what is compared, and where to find the child. The rest stays in the vault.
_NEEDED = {*(field for field, _, _ in FIELDS), *_PLACES, "roll_number", "school_code", "grade", "class_no"}


@dataclass(frozen=True)
class Pair:
    """A doubt with both rows, columns named as in history. `place`: where the row in doubt comes from, as text
    (unit_name, school_name, grade, class_no; "" where it has none).
    """

    doubt: Doubt
    subject: Mapping[str, object]
    child: Mapping[str, object]
    place: Mapping[str, str]
    compared: list[Comparison]


def pairs(conn: Connection, doubts: Sequence[Doubt]) -> list[Pair]:
    """The rows of these doubts, in their order. A row that is no longer in history is empty."""
    subjects: dict[tuple, dict] = {}
    for feed in sorted({doubt.subject for doubt in doubts}):
        wanted = [(d.subject_sender, d.subject_row_hash) for d in doubts if d.subject == feed]
        subjects |= {(feed, *key): row for key, row in _rows(conn, feed, wanted).items()}
    children = _rows(conn, REGISTER, [(d.child_sender, d.child_row_hash) for d in doubts])
    names = _Names(conn)
    found = []
    for doubt in doubts:
        subject = names.put_into(subjects.get((doubt.subject, doubt.subject_sender, doubt.subject_row_hash), {}))
        child = names.put_into(children.get((doubt.child_sender, doubt.child_row_hash), {}))
        found.append(Pair(doubt, subject, child, names.place(doubt, subject), compare(subject, child)))
    return found


def _rows(conn: Connection, feed: str, wanted: Sequence[tuple]) -> dict[tuple, dict]:
    """(sender, row_hash) -> the row, its newest version where there are several of the same content."""
    columns = [column.name for column in contract(feed).columns if column.name in _NEEDED]
    columns += [name for name, _ in contract(feed).companions if name == "id_number_state"]
    query = SQL(
        """select distinct on (sender, row_hash) sender, row_hash, {} from {}
        where sender = any(%(senders)s) and row_hash = any(%(hashes)s)
        order by sender, row_hash, known_to desc, valid_from desc"""
    ).format(SQL(", ").join(map(Identifier, columns)), Identifier("history", feed))
    values = {"senders": list({sender for sender, _ in wanted}), "hashes": list({row_hash for _, row_hash in wanted})}
    with conn.cursor(row_factory=dict_row) as cursor:
        return {(row["sender"], row["row_hash"]): row for row in cursor.execute(query, values)}


class _Names:
    """Names of places and schools, of the last publish."""

    def __init__(self, conn: Connection) -> None:
        self._places = dict(
            conn.execute(
                """select unit_code, unit_name from marts.dim_unit
                union all
                select township_code, township_name from marts_work.seed_township"""
            ).fetchall()
        )
        self._schools = dict(conn.execute("select school_code, school_name from marts.dim_school").fetchall())

    def put_into(self, row: dict) -> dict:
        named = {f"{column}_name": self._places.get(row.get(column)) for column in _PLACES if column in row}
        return row | named

    def place(self, doubt: Doubt, subject: Mapping[str, object]) -> dict[str, str]:
        texts = {
            "unit_name": self._places.get(doubt.subject_unit, doubt.subject_unit),
            "school_name": self._schools.get(subject.get("school_code"), subject.get("school_code")),
            "grade": subject.get("grade"),
            "class_no": subject.get("class_no"),
        }
        return {name: "" if value is None else str(value) for name, value in texts.items()}
