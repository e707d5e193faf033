"""Two units, two schools, five classes and one child for every rule, written straight into history."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID, uuid5

import pyarrow as pa
from psycopg import Connection
from psycopg.sql import SQL, Identifier, Placeholder

from rollcall.contracts.load import contract
from rollcall.identity.pseudonym import number_keys
from rollcall.warehouse.history import ensure_partition

NAMESPACE = UUID(int=7)
UNIT, OTHER_UNIT = "500101", "500102"
SCHOOL, OTHER_SCHOOL = "2150900001", "2150900002"
START, AS_OF = date(2019, 9, 2), date(2019, 10, 11)
REGISTER_ON = date(2019, 9, 1)
_DEFAULTS = {
    "text": "1",
    "smallint": 3,
    "integer": 0,
    "bigint": 0,
    "numeric": 1,
    "boolean": False,
    "date": date(2019, 9, 1),
    "timestamptz": "2019-09-02 16:00:00+08",
}


def id_key(who: str) -> UUID:
    return uuid5(NAMESPACE, f"id_number:{who}")


def number_key(number: str) -> UUID:
    """The pseudonym that filing gives a number."""
    return UUID(number_keys(pa.array([number])).to_pylist()[0])


def roll_key(who: str) -> UUID:
    return uuid5(NAMESPACE, f"roll_number:{who}")


def school_days(first: date = START, last: date = AS_OF) -> list[date]:
    """Mondays to Fridays without the October holiday."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [d for d in days if d.weekday() < 5 and not date(2019, 10, 1) <= d <= date(2019, 10, 7)]


class Municipality:
    """Rows of history, each in a delivery of its own number; `put` fills what a contract requires."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._line = 0

    def put(self, feed: str, sender: str, on: date = START, until: str = "infinity", **values) -> None:
        """One row, believed since the evening of `on`. `valid_from` of a snapshot is `on`."""
        spec = contract(feed)
        self._line += 1
        row = {c.name: _DEFAULTS.get(c.sql_type) for c in spec.columns if c.is_required}
        keys = {f"{c.name}_key" for c in spec.columns if c.kind in ("id_number", "roll_number")}
        row |= {c.name: str(self._line) for c in spec.columns if c.key_position and c.sql_type == "text"}
        row |= values
        row |= {"sender": sender, "line": self._line, "filed_by": 1, "known_from": f"{on} 18:00:00+08"}
        for name in ("household_no", "account_hash"):
            if any(c.name == name for c in spec.columns):
                row.setdefault(name, UUID(int=1))
        if spec.history == "snapshot":
            row |= {"valid_from": on, "valid_to": until, "row_hash": uuid5(NAMESPACE, f"{feed}{self._line}")}
        else:
            row["business_date"] = on
            ensure_partition(self._conn, feed, on)
        assert keys.isdisjoint(name for name, value in row.items() if isinstance(value, str))
        self._conn.execute(
            SQL("insert into {} ({}) values ({})").format(
                Identifier("history", feed),
                SQL(", ").join(map(Identifier, row)),
                SQL(", ").join(map(Placeholder, row)),
            ),
            row,
        )

    def register(self, who: str, name: str = "王小明", birth_on: str = "2010-05-05", **values) -> None:
        row = {"id_number_key": id_key(who), "id_number_state": "valid", "sex": "1"}
        row |= {"district_code": UNIT, "township_code": f"{UNIT}901", "register_kind": "hukou"}
        row |= {"on": REGISTER_ON} | values
        self.put("population", f"police-{UNIT}", name=name, birth_on=birth_on, **row)

    def pupil(self, who: str, class_no: str = "A", name: str = "王小明", birth_on="2010-05-05", **values):
        row = {"roll_number_key": roll_key(who), "id_number_key": id_key(who), "id_number_state": "valid"}
        row |= {"school_code": SCHOOL, "grade": 3, "class_no": class_no, "sex": "1"} | values
        self.put("roll", row.pop("unit", UNIT), name=name, birth_on=birth_on, **row)

    def both(self, who: str, class_no: str = "A", **values) -> None:
        """A child on the register and, as the same child, on the roll of a class."""
        self.register(who)
        self.pupil(who, class_no, **values)

    def absent(self, who: str, days: Iterable[date], kind: str = "truant", class_no: str = "A", **values) -> None:
        for day in days:
            row = {"unit_code": UNIT, "school_code": SCHOOL, "grade": 3, "class_no": class_no} | values
            row |= {"roll_number_key": roll_key(who), "absence_kind": kind, "day": day}
            self.put("absence", "platform", on=day, **row)

    def change(self, who: str, kind: str, on: date, **values) -> None:
        row = {"roll_number_key": roll_key(who), "change_kind": kind, "changed_on": on}
        row |= {"from_school_code": SCHOOL} | values
        self.put("roll_change", row.pop("unit", UNIT), on=START, **row)

    def reports(self, class_no: str, days: Iterable[date], surplus: int = 0, **values) -> None:
        """A return a day that announces the absences there are, and `surplus` more that never came."""
        for day in days:
            row = {"unit_code": UNIT, "school_code": SCHOOL, "grade": 3, "class_no": class_no} | values
            (n,) = self._conn.execute(
                """select count(*) from history.absence where day = %s and class_no = %s
                and school_code = %s and grade = %s""",
                (day, class_no, row["school_code"], row["grade"]),
            ).fetchone()
            expected = row.setdefault("n_expected", 60)
            row |= {"n_present": expected - n - surplus, "n_absent": n + surplus, "day": day}
            self.put("class_return", "platform", on=day, **row)
