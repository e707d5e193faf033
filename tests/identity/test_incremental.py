"""Whatever changed, whatever was published in between: to match what changed is to match everything."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from psycopg.sql import SQL, Identifier

from rollcall.identity import reconcile
from rollcall.identity.compare import COLUMNS
from rollcall.identity.model import Model, model
from rollcall.identity.numbers import check_digit
from rollcall.identity.record import record_links
from rollcall.identity.score import engine
from rollcall.identity.train import everybody
from rollcall.publish.swap import candidate_of, swap, work_of
from rollcall.warehouse.connect import connect, connect_admin
from tests.dbt.conftest import clean
from tests.dbt.municipality import OTHER_UNIT, UNIT, Municipality, number_key
from tests.identity.chain import build

pytestmark = pytest.mark.slow

SCHEMA, STUDY = "changing", "looking_back"
FIRST = datetime(2019, 9, 3, 22, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = timedelta(days=1)
# Few of each, so that much is alike: twins, namesakes, slips of every kind.
NAMES = ["王小明", "王晓明", "王小红", "李小明", "王?明", "欧阳小明", "欧阳晓鸣", "阿依古丽·买买提"]
BIRTHS = ["2010-05-05", "2010-05-06", "2010-06-13", "2011-05-05"]
TOWNSHIPS = [f"{UNIT}901", f"{UNIT}902", f"{OTHER_UNIT}901"]
PHONES = ["13900000001", "13900000002", None]
RESULTS = ("match_pair", "int_decide_links", "int_list_reviews", "int_identify_pupils")


class Life:
    """A small municipality to which things happen; each is known from a moment on, as filing would have it."""

    def __init__(self, conn, chance: random.Random) -> None:
        self.conn, self.chance, self.municipality = conn, chance, Municipality(conn)
        self.known_at, self.as_of = FIRST, date(2019, 9, 2)
        self.numbers: list[str] = []

    def _new_number(self) -> str:
        body = f"50099020100505{len(self.numbers):03}"
        self.numbers.append(body + check_digit(body))
        return self.numbers[-1]

    def next_day(self) -> None:
        self.known_at, self.as_of = self.known_at + DAY, self.as_of + DAY

    def _person(self, pick_number: str | None = None) -> dict:
        pick, number = self.chance.choice, pick_number or self.chance.choice(self.numbers)
        return {"name": pick(NAMES), "former_name": pick([None, None, *NAMES]), "birth_on": pick(BIRTHS),
                "sex": pick("12"), "guardian_phone": pick(PHONES), "guardian_name": pick(["王大", None]),
                "id_number": number, "id_number_key": number_key(number), "id_number_state": "valid"}  # fmt: skip

    def _since(self, feed: str, **also) -> None:
        """What was put last is known from now on."""
        columns = {"known_from": self.known_at, **also}
        self.conn.execute(
            SQL("update history.{feed} set {values} where line = (select max(line) from history.{feed})").format(
                feed=Identifier(feed), values=SQL(", ").join(SQL("{} = %s").format(Identifier(c)) for c in columns)
            ),
            list(columns.values()),
        )

    def register_child(self, **values) -> None:
        """Now and then under the number of another, on another register."""
        sender, number = f"police-{UNIT}", self._new_number()
        if self.chance.random() < 0.1:
            sender, number = f"police-{number}", self.chance.choice(self.numbers)
        place = self.chance.choice(TOWNSHIPS)
        person = self._person(number) | {"district_code": place[:6], "township_code": place, "register_kind": "hukou"}
        household = UUID(int=self.chance.randrange(2))
        self.municipality.put("population", sender, on=self.as_of, household_no=household, **person | values)
        self._since("population")

    def enrol_pupil(self) -> None:
        """As a clerk writes: often with a number that is cut, wrong or not there."""
        pick, person = self.chance.choice, self._person()
        state = pick(["valid", "missing", "bad_check", "bad_check"])
        if state == "missing":
            person |= {"id_number": None, "id_number_key": None}
        elif state == "bad_check":
            number = person["id_number"][:-1] + pick("0123456789")
            person |= {"id_number": number, "id_number_key": number_key(number)}
        place = pick(TOWNSHIPS)
        person |= {"id_number_state": state, "hukou_district_code": place[:6], "residence_township_code": place}
        self.municipality.pupil(str(uuid4()), on=self.as_of, unit=place[:6], **person)
        self._since("roll")

    def _believed(self, feed: str):
        rows = self.conn.execute(
            SQL("select ctid::text, id_number_key from history.{} where known_to = 'infinity' order by line").format(
                Identifier(feed)
            )
        ).fetchall()
        return self.chance.choice(rows) if rows else None

    def correct_row(self) -> None:
        """A row is written otherwise: the old one is believed no longer."""
        feed = self.chance.choice(["roll", "population"])
        if row := self._believed(feed):
            columns = [name for (name,) in self.conn.execute(
                """select attname::text from pg_attribute where attrelid = %s::regclass and attnum > 0
                and not attisdropped and attname not in ('known_from', 'known_to', 'row_hash', 'name', 'birth_on')""",
                (f"history.{feed}",),
            )]  # fmt: skip
            self.conn.execute(
                SQL(
                    """with old as (update history.{feed} set known_to = %(now)s where ctid = %(row)s::tid returning *)
                    insert into history.{feed} (known_from, row_hash, name, birth_on, known_to, {columns})
                    select %(now)s, gen_random_uuid(), %(name)s, %(birth)s, 'infinity', {columns} from old"""
                ).format(feed=Identifier(feed), columns=SQL(", ").join(map(Identifier, columns))),
                {"now": self.known_at, "row": row[0], "name": self.chance.choice(NAMES),
                 "birth": self.chance.choice(BIRTHS)},
            )  # fmt: skip

    def remove_row(self) -> None:
        feed = self.chance.choice(["roll", "population"])
        if row := self._believed(feed):
            self._retire(feed, row[0])

    def leave(self) -> None:
        """Valid no longer, from today on."""
        feed = self.chance.choice(["roll", "population"])
        if row := self._believed(feed):
            self.conn.execute(
                SQL("update history.{} set valid_to = %s where ctid = %s::tid and valid_from < %s").format(
                    Identifier(feed)
                ),
                (self.as_of, row[0], self.as_of),
            )

    def correct_number(self) -> None:
        """The police give a child another number; the next register has it under that."""
        if row := self._believed("population"):
            (number,) = self.conn.execute(
                "select id_number from history.population where ctid = %s::tid", (row[0],)
            ).fetchone()
            new = self._new_number()
            self.municipality.put(
                "population_change", f"police-{UNIT}", on=self.as_of, change_kind="id_corrected", id_number=number,
                id_number_key=row[1], new_id_number=new, new_id_number_key=number_key(new), changed_on=self.as_of,
            )  # fmt: skip
            self.conn.execute("update history.population_change set known_from = %s where known_from > %s",
                              (self.known_at, self.known_at))  # fmt: skip
            self._retire("population", row[0])
            self.register_child(id_number=new, id_number_key=number_key(new))

    def decide(self) -> None:
        """Somebody answers an open doubt."""
        open_doubts = self.conn.execute(
            "select review_id from identity.review where verdict is null and known_to = 'infinity' order by review_id"
        ).fetchall()
        if open_doubts:
            self.conn.execute(
                """update identity.review set verdict = %s, decided_by = 'li', decided_at = %s, why = 'seen'
                where review_id = %s""",
                (self.chance.choice(["same", "different"]), self.known_at, self.chance.choice(open_doubts)[0]),
            )

    def _retire(self, feed: str, ctid: str) -> None:
        self.conn.execute(
            SQL("update history.{} set known_to = %s where ctid = %s::tid").format(Identifier(feed)),
            (self.known_at, ctid),
        )

    def something(self) -> None:
        happenings = [self.register_child, self.enrol_pupil, self.correct_row, self.remove_row, self.leave,
                      self.correct_number, self.decide]  # fmt: skip
        self.chance.choices(happenings, weights=[3, 4, 4, 1, 1, 1, 3])[0]()


@pytest.fixture
def conn(warehouse):
    with connect_admin(autocommit=False) as admin:
        clean(admin)
    with connect("pipeline", autocommit=True) as connection:
        yield connection
        for name in (SCHEMA, STUDY, "anew"):
            for schema in (name, work_of(name), candidate_of(name), work_of(candidate_of(name))):
                connection.execute(SQL("drop schema if exists {} cascade").format(Identifier(schema)))
    with connect_admin(autocommit=False) as admin:
        clean(admin)


def retrained(used: Model, step: int) -> Model:
    """A version that weighs slips and namesakes otherwise."""
    shares = {"birth": {"slip": [0.01 * (step + 1), 0.02]}, "name": {"given": [0.02, 0.01 * (step + 1)]}}
    parameters = {name: levels | shares.get(name, {}) for name, levels in used.parameters.items()}
    return replace(used, version=f"next-{step}", parameters=parameters)


def rows(conn, work_schema: str) -> dict[str, list]:
    return {
        table: sorted(
            conn.execute(SQL("select t::text from {} as t").format(Identifier(work_schema, table))).fetchall()
        )
        for table in RESULTS
    }


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(2))
def test_what_changed_and_everything_give_the_same(conn, monkeypatch, seed):
    chance = random.Random(seed)
    life, seen, used = Life(conn, chance), Counter(), model()
    for _ in range(25):
        life.register_child()
        life.enrol_pupil()

    def publish(schema: str, as_of: date, known_at: datetime) -> None:
        """A candidate built upon the last publish of its name; everything anew must be equal. Then it is the last."""
        work = work_of(candidate_of(schema))
        counts = build(conn, schema, as_of, known_at, used, last=work_of(schema))
        monkeypatch.setattr(reconcile, "model", lambda: used)
        found = reconcile.reconcile(conn, work)
        assert found == {"pairs": counts["n_written"]} | dict.fromkeys(list(found)[1:], 0)

        def record(same: object) -> None:
            if schema == SCHEMA:
                record_links(conn, work, as_of, known_at)

        swap(conn, schema, 1, record)
        seen.update({name: int(counts[name]) for name in ("n_kept", "n_pairs", "n_written", "n_changed_people")})

    for step in range(5):
        publish(SCHEMA, life.as_of, life.known_at)
        kind = chance.choice(["day", "day", "day", "model", "earlier", "study", "killed"])
        if kind == "model":
            used = retrained(used, step)
        elif kind == "earlier":
            publish(SCHEMA, life.as_of - DAY, life.known_at - DAY)
        elif kind == "study":
            publish(STUDY, life.as_of - DAY, life.known_at)
        elif kind == "killed":
            build(conn, SCHEMA, life.as_of, life.known_at, used, last=work_of(SCHEMA))
        life.next_day()
        for _ in range(chance.randint(0, 6)):
            life.something()
    publish(SCHEMA, life.as_of, life.known_at)
    assert seen["n_kept"] > 50, f"hardly anything was ever taken over: {seen}"

    build(conn, "anew", life.as_of, life.known_at, used, last=None)
    assert rows(conn, work_of(candidate_of("anew"))) == rows(conn, work_of(SCHEMA))


def test_training_reads_of_everybody_what_matching_compares(conn):
    life = Life(conn, random.Random(1))
    for _ in range(5):
        life.register_child()
        life.enrol_pupil()
    build(conn, SCHEMA, life.as_of, life.known_at, model(), last=None)
    with engine() as con:
        everybody(con, conn, work_of(candidate_of(SCHEMA)))
        assert len(con.execute(f"select {', '.join(COLUMNS)} from person").fetchall()) == 5
