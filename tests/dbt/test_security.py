"""Row-level security, asked as a real login of each tier and as one without a scope."""

import re
from collections.abc import Iterator

import psycopg
import pytest

from rollcall.warehouse.connect import connect_admin, url
from rollcall.warehouse.settings import settings
from tests.dbt.municipality import OTHER_UNIT, SCHOOL, UNIT

SCOPES = {
    "reader_city": ("municipality", None, None),
    "reader_unit": ("unit", UNIT, None),
    "reader_school": ("school", UNIT, SCHOOL),
    "reader_nobody": None,
}
PASSWORD = "only for this test"


@pytest.fixture(scope="module")
def logins(built) -> Iterator[None]:
    with connect_admin() as admin:
        for role, scope in SCOPES.items():
            admin.execute(f"create role {role} login password '{PASSWORD}' in role rollcall_analyst")
            if scope:
                admin.execute("insert into ops.reader_scope values (%s, %s, %s, %s)", (role, *scope))
        yield
        admin.execute("delete from ops.reader_scope where role_name like 'reader_%'")
        for role in SCOPES:
            admin.execute(f"drop role {role}")


def ask(role: str, query: str, candidate: str):
    place = psycopg.conninfo.conninfo_to_dict(url("analyst")) | {"user": role, "password": PASSWORD}
    with psycopg.connect(**place) as conn:
        conn.execute(f"set search_path = {candidate}")
        return conn.execute(query).fetchall()


UNITS = "select distinct unit_code from {} order by 1"


@pytest.mark.parametrize("mart", ["fct_child_status", "dim_child", "fct_enrolment", "fct_absence"])
def test_each_tier_sees_its_own(logins, built, mart):
    assert {(UNIT,), (OTHER_UNIT,)} <= set(ask("reader_city", UNITS.format(mart), built))
    assert ask("reader_unit", UNITS.format(mart), built) == [(UNIT,)]
    assert ask("reader_school", f"select distinct school_code from {mart}", built) == [(SCHOOL,)]
    assert ask("reader_nobody", UNITS.format(mart), built) == []


def test_views_check_as_their_reader(logins, built):
    assert ask("reader_city", "select count(*) from mon_municipality", built) == [(1,)]
    assert ask("reader_unit", "select count(*) from mon_municipality", built) == [(0,)]
    assert ask("reader_unit", "select unit_code from mon_unit", built) == [(UNIT,)]
    assert ask("reader_school", "select school_code, unit_name from mon_school", built) == [(SCHOOL, "万州区")]
    assert ask("reader_nobody", "select * from mon_school", built) == []


def test_work_and_history_are_closed(logins, built):
    for table in (f"{built}_work.int_identify_pupils", f"{built}_work.stg_school__roll", "history.roll"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask("reader_city", f"select 1 from {table}", built)


def test_a_mart_without_its_policy_fails_the_build(built):
    from tests.dbt.build import failures, run_dbt
    from tests.dbt.conftest import KNOWN_AT
    from tests.dbt.municipality import AS_OF

    def tested():
        return failures(run_dbt(built, str(AS_OF), KNOWN_AT, "test", "--select", "every_mart_is_secured"))

    with connect_admin() as admin:
        assert tested() == []
        admin.execute(f"alter table {built}.fct_absence disable row level security")
        assert len(tested()) == 1
        admin.execute(f"alter table {built}.fct_absence enable row level security")
        admin.execute(f"alter view {built}.mon_unit reset (security_invoker)")
        assert len(tested()) == 1
        admin.execute(f"alter view {built}.mon_unit set (security_invoker = true)")
        admin.execute(f"alter policy by_tier on {built}.fct_absence to public")
        assert len(tested()) == 1
        admin.execute(f"alter policy by_tier on {built}.fct_absence to rollcall_analyst")
        assert tested() == []


def test_every_mart_and_every_threshold_is_under_its_test():
    project = settings().repo / "dbt_project"
    text = (project / "tests" / "every_mart_is_secured.sql").read_text()
    marts = {path.stem for path in (project / "models" / "marts").rglob("*.sql")}
    assert set(re.findall(r"ref\('(\w+)'\)", text)) == marts
    used = set()
    for path in (project / "models").rglob("*.sql"):
        used |= set(re.findall(r"threshold\('(\w+)'\)", path.read_text()))
    seed = (project / "seeds" / "seed_threshold.csv").read_text().splitlines()[1:]
    assert used <= {line.split(",")[0] for line in seed}
