"""Verdicts and publishes: used while the evidence stands, asked again when it changes, kept through a rebuild."""

from datetime import date, datetime, timedelta

import pytest
from psycopg.sql import SQL, Identifier, Placeholder

from rollcall.identity.model import model
from rollcall.identity.record import record_links
from rollcall.identity.review.queue import doubts
from rollcall.identity.review.verdict import decide
from rollcall.identity.review.weigh import steps, weights
from rollcall.publish.publish import publish
from rollcall.publish.swap import candidate_of, swap, work_of
from rollcall.warehouse.connect import connect, connect_admin
from tests.dbt.conftest import clean
from tests.dbt.municipality import AS_OF, REGISTER_ON, UNIT, Municipality, id_key, roll_key
from tests.dbt.scenario import write
from tests.identity.chain import build
from tests.identity.review.conftest import KNOWN_AT
from tests.publish.ledger import deliver

pytestmark = pytest.mark.slow

# What a verdict rests on, side by side: one pair of its own for each.
SIDES = [f"{side}_{what}" for side in ("pupil", "child") for what in ("name", "birth", "number")]


@pytest.fixture(scope="module")
def published(warehouse):
    """Twins on the register, and a pupil whose name lost the character that tells them apart."""
    with connect_admin(autocommit=False) as admin:
        clean(admin)
        admin.execute("truncate ops.publish, ops.alert")
    with connect("pipeline") as conn:
        deliver(conn, "population", f"police-{UNIT}", REGISTER_ON)
        m = Municipality(conn)
        write(m)
        m.register("first", name="司马试题", birth_on="2010-08-08", id_number="500991201008080011")
        m.register("second", name="司马试卷", birth_on="2010-08-08", id_number="500991201008080038")
        lives = {"hukou_district_code": UNIT, "residence_township_code": f"{UNIT}901"}
        no_number = {"id_number_state": "missing", "id_number_key": None}
        m.pupil("pupil", name="司马试□", birth_on="2010-08-08", **no_number, **lives)
        for year, who in enumerate(SIDES, start=2006):
            family = {"birth_on": f"{year}-02-03", "guardian_phone": f"1200000{year}"}
            m.register(f"{who} first", name="司马试题", **family)
            m.register(f"{who} second", name="司马试卷", **family)
            m.pupil(who, name="司马试□", **family, **no_number, **lives)
        correction = {"change_kind": "id_corrected", "changed_on": REGISTER_ON, "id_number_state": "valid"}
        correction |= {"id_number_key": id_key("child_number first"), "new_id_number_key": id_key("corrected")}
        m.put("population_change", f"police-{UNIT}", on=REGISTER_ON, **correction)
        conn.commit()
    yield again(KNOWN_AT)
    with connect_admin(autocommit=False) as admin:
        clean(admin)


@pytest.fixture
def conn(published):
    with connect("pipeline") as connection:
        yield connection


def again(known_at: datetime) -> datetime:
    """Publish with what is known by then."""
    assert publish(AS_OF, known_at).reasons == []
    return known_at


def identified(known_at: datetime) -> None:
    """What a publish does about identity, the other marts left out: they are most of its time."""
    with connect("pipeline", autocommit=True) as conn:
        build(conn, "marts", AS_OF, known_at, model(), last=work_of("marts"), also=("dim_child",))
        work = work_of(candidate_of("marts"))
        swap(conn, "marts", 1, lambda conn: record_links(conn, work, AS_OF, known_at))


def asked(conn, **about) -> dict:
    """Child -> doubt, of the pupil."""
    names = {id_key("first"): "first", id_key("second"): "second"}
    return {names[d.child_key]: d for d in doubts(conn, pupil_key=roll_key("pupil"), **about)}


def linked(conn) -> list:
    rows = conn.execute(
        "select child_key, method from identity.link where pupil_key = %s and known_to = 'infinity'",
        (roll_key("pupil"),),
    ).fetchall()
    conn.rollback()
    return rows


def change(conn, name: str, row_hash: str) -> None:
    """The school writes the name otherwise, as if it had always done so."""
    conn.execute(
        "update history.roll set name = %s, row_hash = md5(%s)::uuid where roll_number_key = %s",
        (name, row_hash, roll_key("pupil")),
    )
    conn.commit()


def rewritten(conn, who: str, values: dict) -> dict:
    """Give the pupil's row, or that of the child whose number it is, other values; the old ones."""
    table, key, found = (
        ("roll", "roll_number_key", roll_key(who))
        if who.startswith("pupil")
        else ("population", "id_number_key", values.pop("of", id_key(f"{who} first")))
    )
    names = {
        "table": Identifier("history", table),
        "key": Identifier(key),
        "columns": SQL(", ").join(map(Identifier, values)),
    }
    old = conn.execute(SQL("select {columns} from {table} where {key} = %s").format(**names), (found,)).fetchall()
    assert len(old) == 1
    changed = SQL(", ").join(SQL("{} = {}").format(Identifier(name), Placeholder(name)) for name in values)
    conn.execute(
        SQL("update {table} set {changed} where {key} = {found}").format(
            **names, changed=changed, found=Placeholder("found")
        ),
        values | {"found": found},
    )
    conn.commit()
    return dict(zip(values, old[0], strict=True))


def stands(conn, who: str) -> tuple[dict[str, str], set[str]]:
    """({twin the pupil is linked to: method}, twins people are asked about)."""
    twins = {id_key(f"{who} {twin}"): twin for twin in ("first", "second")}
    rows = conn.execute(
        "select child_key, method from identity.link where pupil_key = %s and known_to = 'infinity'", (roll_key(who),)
    ).fetchall()
    asked_about = {twins[d.child_key] for d in doubts(conn, pupil_key=roll_key(who))}
    conn.rollback()
    return {twins[child]: method for child, method in rows}, asked_about


@pytest.mark.timeout(900)
def test_a_verdict_through_its_life(conn, published):
    found = asked(conn)
    assert set(found) == {"first", "second"} and linked(conn) == []
    assert {d.subject_unit for d in found.values()} == {UNIT}

    # Decided: from the next publish on it is a link, and nobody is asked.
    later = published + timedelta(hours=1)
    decide(conn, found["first"], "same", "户口簿", "li", later)
    conn.commit()
    assert linked(conn) == [], "a verdict changes nothing that is published"
    identified(published)
    assert linked(conn) == [], "a publish that knows less does not use it"
    again(later)
    assert linked(conn) == [(id_key("first"), "verdict")]
    assert asked(conn) == {}

    # The name is written otherwise: asked again, not linked by what was said about the old one.
    (before,) = conn.execute(
        "select name from history.roll where roll_number_key = %s", (roll_key("pupil"),)
    ).fetchone()
    change(conn, "司马□题", "changed")
    identified(later + timedelta(hours=1))
    assert (id_key("first"), "verdict") not in linked(conn)
    # And back: what was decided holds again.
    change(conn, before, "restored")
    identified(later + timedelta(hours=2))
    assert linked(conn) == [(id_key("first"), "verdict")]
    assert asked(conn) == {}

    # Everything derived is lost: the verdict is not.
    with connect_admin() as admin:
        admin.execute("drop schema marts, marts_work cascade")
        admin.execute("delete from identity.link")
        admin.execute("delete from identity.review where verdict is null")
    again(later + timedelta(hours=3))
    assert linked(conn) == [(id_key("first"), "verdict")]
    assert asked(conn) == {}

    # A changed mind.
    (said,) = asked(conn, has_verdict=True).values()
    decide(conn, said, "different", "是弟弟", "wang", later + timedelta(hours=4))
    conn.commit()
    identified(later + timedelta(hours=4))
    assert (id_key("first"), "verdict") not in linked(conn)
    assert "first" not in asked(conn)


def test_the_waterfall_adds_up_to_the_weight(conn, published):
    """Taken apart here as Splink put it together, for every pair that it scored."""
    (version,) = conn.execute("select model_version from ops.publish order by publish_id desc limit 1").fetchone()
    scored = conn.execute("select person_key, child_key, weight, name_level from marts_work.match_pair").fetchall()
    assert scored
    for person, child, weight, _ in scored:
        bars = steps(conn, Pair(person, child, version))
        assert sum(bar.weight for bar in bars) == pytest.approx(weight, abs=1e-6)
    assert {level for *_, level in scored} & {"exact", "lost"}


def test_every_scored_pair_is_in_the_chart(conn, published):
    found, limits = weights(conn)
    (n,) = conn.execute("select count(*) from marts_work.match_pair").fetchone()
    assert sum(map(len, found.values())) == n
    assert limits["认定 link"] > limits["核对 review"]


@pytest.mark.timeout(900)
def test_a_verdict_is_asked_again_when_either_side_changes(conn, published):
    now = published + timedelta(days=1)
    for who in SIDES:
        (first,) = [d for d in doubts(conn, pupil_key=roll_key(who)) if d.child_key == id_key(f"{who} first")]
        decide(conn, first, "same", "户口簿", "li", now)
    conn.commit()
    identified(now)
    assert {who: stands(conn, who) for who in SIDES} == dict.fromkeys(SIDES, ({"first": "verdict"}, set()))

    changes = {
        "pupil_name": {"name": "司马□题"},
        "pupil_birth": {"birth_on": date(2007, 2, 4)},
        "pupil_number": {
            "id_number": "500991200802039999",
            "id_number_key": id_key("9"),
            "id_number_state": "bad_check",
        },
        "child_name": {"name": "司马试标"},
        "child_birth": {"birth_on": date(2010, 2, 4)},
        "child_number": {"id_number_key": id_key("corrected")},
    }
    before = {who: rewritten(conn, who, dict(values)) for who, values in changes.items()}
    identified(now + timedelta(hours=1))
    for who in SIDES:
        links, asked_about = stands(conn, who)
        assert "verdict" not in links.values(), who
        assert links or asked_about, f"{who}: neither decided by the new evidence nor asked"
    # What still fits both twins is asked again.
    for who in ("pupil_birth", "child_name", "child_number"):
        assert stands(conn, who) == ({}, {"first", "second"}), who

    # And back: what was said holds again.
    before["child_number"]["of"] = id_key("corrected")
    for who, values in before.items():
        rewritten(conn, who, values)
    identified(now + timedelta(hours=2))
    assert {who: stands(conn, who) for who in SIDES} == dict.fromkeys(SIDES, ({"first": "verdict"}, set()))

    # Unless somebody says the contrary of the changed row: then it is asked once more.
    before = rewritten(conn, "pupil_birth", {"birth_on": date(2007, 2, 4)})
    identified(now + timedelta(hours=3))
    (first,) = [
        d for d in doubts(conn, pupil_key=roll_key("pupil_birth")) if d.child_key == id_key("pupil_birth first")
    ]
    decide(conn, first, "different", "是弟弟", "wang", now + timedelta(hours=4))
    conn.commit()
    rewritten(conn, "pupil_birth", before)
    identified(now + timedelta(hours=4))
    links, asked_about = stands(conn, "pupil_birth")
    assert links == {} and "first" in asked_about


class Pair:
    """What `steps` needs of a doubt."""

    def __init__(self, pupil_key, child_key, model_version):
        self.pupil_key, self.child_key, self.model_version = pupil_key, child_key, model_version
