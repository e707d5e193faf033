"""A published municipality with four doubtful pairs, put in doubt again for every test."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest

from rollcall.publish.publish import publish
from rollcall.warehouse.connect import connect, connect_admin
from tests.dbt.conftest import clean
from tests.dbt.municipality import AS_OF, OTHER_SCHOOL, OTHER_UNIT, REGISTER_ON, UNIT, Municipality, id_key, roll_key
from tests.dbt.scenario import write
from tests.publish.ledger import deliver

KNOWN_AT = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 22, tzinfo=ZoneInfo("Asia/Shanghai"))
NOW = datetime(2019, 10, 12, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
# Personal data that must not be found anywhere outside the vault.
SECRETS = ["欧阳点名", "司马试题", "諸葛核对", "诸葛核对", "上官清单", "尉迟编号", "500991201005050017", "13900000017"]

_PUT = """
insert into identity.review (pupil_key, child_key, subject, unit_code, subject_sender, subject_row_hash,
    child_sender, child_row_hash, reason, weight, margin, rank, model_version, evidence_hash, valid_from, known_from)
select r.roll_number_key, p.id_number_key, 'roll', r.sender, r.sender, r.row_hash, p.sender, p.row_hash,
    %(reason)s, %(weight)s, 'infinity', 1, 'test', md5(r.row_hash || ':' || p.row_hash), r.valid_from, %(known_from)s
from history.roll as r cross join history.population as p
where r.roll_number_key = %(pupil)s and p.id_number_key = %(child)s
returning review_id
"""


def put_in_doubt(conn, who: str, child: str | None = None, weight: float | None = 6.5, since=KNOWN_AT) -> int:
    """A row of the queue for the pupil `who` and the child of that name (or another); its number."""
    values = {"pupil": roll_key(who), "child": id_key(child or who), "reason": "low_weight"}
    values |= {"weight": weight, "known_from": since}
    return conn.execute(_PUT, values).fetchone()[0]


@pytest.fixture(scope="package")
def published(warehouse) -> Iterator[None]:
    """Ours, theirs: pupil and child of one unit. across: pupil of UNIT, child registered in OTHER_UNIT."""
    with connect_admin(autocommit=False) as admin:
        clean(admin)
        admin.execute("truncate ops.publish, ops.alert")
    with connect("pipeline") as conn:
        deliver(conn, "population", f"police-{UNIT}", REGISTER_ON)
        m = Municipality(conn)
        write(m)
        there = {"district_code": OTHER_UNIT, "township_code": f"{OTHER_UNIT}901"}
        m.register("ours", name="欧阳点名", birth_on="2010-05-05", id_number="500991201005050017")
        m.pupil("ours", name="欧阳店名", id_number="500991201005050017", guardian_phone="13900000017")
        m.register("across", name="諸葛核对", birth_on="2011-02-03", **there)
        m.pupil("across", name="诸葛核对", birth_on="2011-01-01", id_number_state="bad_check")
        m.register("theirs", name="上官清单", **there)
        m.pupil("theirs", name="尉迟编号", unit=OTHER_UNIT, school_code=OTHER_SCHOOL)
        m.register("twin", name="司马试题")
        conn.commit()
    result = publish(AS_OF, KNOWN_AT)
    assert result.reasons == []
    yield
    with connect_admin(autocommit=False) as admin:
        _empty(admin)
        clean(admin)


@pytest.fixture
def queue(published) -> dict[str, int]:
    """Numbers of the pairs in doubt: ours, across, theirs."""
    with connect_admin(autocommit=False) as admin:
        _empty(admin)
    with connect("pipeline") as conn:
        # A test before may have changed a row.
        conn.execute("update history.roll set row_hash = md5(name)::uuid where name = '欧阳店名'")
        first = datetime(2019, 9, 2, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
        numbers = {who: put_in_doubt(conn, who) for who in ("across", "theirs")}
        return {"ours": put_in_doubt(conn, "ours", since=first)} | numbers


@pytest.fixture
def conn(queue) -> Iterator[psycopg.Connection]:
    with connect("pipeline") as connection:
        yield connection


def _empty(admin: psycopg.Connection) -> None:
    admin.execute("truncate identity.review, identity.verdict_line, ops.access_log restart identity")
