"""Publishing the hand-made municipality: whole, again the same, and not at all when something is wrong."""

import hashlib
import json
import os
import signal
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console
from typer.testing import CliRunner

from rollcall.identity.reconcile import reconcile
from rollcall.publish.errors import PublishError
from rollcall.publish.figures import figures
from rollcall.publish.publish import publish
from rollcall.publish.quorum import at_deadline
from rollcall.runtime.monitor import render
from rollcall.warehouse import server
from rollcall.warehouse.connect import connect, connect_admin
from rollcall.warehouse.roles import ensure_reader
from rollcall.warehouse.settings import settings
from tests.dbt.municipality import AS_OF, REGISTER_ON, UNIT, Municipality
from tests.dbt.scenario import write
from tests.ingest.worker import start
from tests.privacy.row_security import unprotected
from tests.privacy.vault import in_files, in_schema
from tests.publish.ledger import at, deliver

KNOWN_AT = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 22, tzinfo=ZoneInfo("Asia/Shanghai"))
BEFORE = datetime(2019, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


def content(schema: str) -> str:
    """Hash over every table and view of a schema, row order apart."""
    digest = hashlib.sha256()
    with connect("pipeline") as conn:
        tables = conn.execute(
            """select relname from pg_class where relnamespace = to_regnamespace(%s) and relkind in ('r', 'v')
            order by 1""",
            (schema,),
        ).fetchall()
        assert tables
        for (table,) in tables:
            rows = conn.execute(f"select t::text from {schema}.{table} as t").fetchall()
            digest.update(repr((table, sorted(rows))).encode())
    return digest.hexdigest()


def links() -> list:
    with connect("pipeline") as conn:
        return conn.execute("select count(*), min(known_from), max(known_to::text) from identity.link").fetchall()


@pytest.fixture(scope="module")
def published(warehouse):
    """The first publish of the scenario, and its content."""
    from tests.dbt.conftest import clean

    with connect_admin(autocommit=False) as admin:
        clean(admin)
        admin.execute("truncate ops.publish, ops.alert")
    with connect("pipeline", autocommit=True) as conn:
        deliver(conn, "population", f"police-{UNIT}", REGISTER_ON)
        deliver(conn, "roll", UNIT, AS_OF, "refused", received_at=at(AS_OF))
        with conn.transaction():
            write(Municipality(conn))
    result = publish(AS_OF, KNOWN_AT)
    assert result.reasons == []
    yield result, content("marts")
    with connect_admin(autocommit=False) as admin:
        clean(admin)


def test_published_with_everything_recorded(published):
    result, _ = published
    assert result.is_published and result.seconds.keys() == {"wait", "prepare", "build", "gate", "swap"}
    assert {fact["feed"] for fact in result.missing} >= {"roll", "school", "class_return"}
    assert {"roll", "class_return"} <= set(result.too_few)
    with connect("pipeline") as conn:
        row = conn.execute(
            """select verdict, as_of, known_at, code_version, model_version, jsonb_array_length(missing)
            from ops.publish where publish_id = %s""",
            (result.publish_id,),
        ).fetchone()
        assert row == (
            "published", AS_OF, KNOWN_AT, result.code_version, result.model_version, len(result.missing)
        )  # fmt: skip
        assert conn.execute("select count(*) from identity.link").fetchone()[0] > 0
        left = conn.execute("select nspname from pg_namespace where nspname like 'marts%' order by 1").fetchall()
    assert left == [("marts",), ("marts_work",)]


def test_what_is_owed_is_what_the_mart_says(published):
    """Two readings of expected x actual, in Python for the quorum and in dbt for readers, agree slot by
    slot.
    """
    from rollcall.publish.expected import slots

    with connect("pipeline") as conn:
        ours = {(s.feed, s.sender, s.due_on): s.state for s in slots(conn, KNOWN_AT, AS_OF)}
        told = conn.execute(
            """select feed, sender, due_on, state from marts.fct_delivery_quality
            where part = 'whole' and is_expected"""
        ).fetchall()
    theirs = {(feed, sender, due_on): state for feed, sender, due_on, state in told}
    assert ours == theirs


def test_readers_see_their_tier_and_nothing_is_unprotected(published):
    with connect("pipeline") as conn:
        assert unprotected(conn) == []
    rows = {}
    for has_scope in (False, True):
        with connect("owner") as owner:
            owner.execute("delete from ops.reader_scope")
            if has_scope:
                ensure_reader(owner)
        with connect("analyst") as analyst:
            for relation in ("dim_child", "mon_municipality", f"status_on('{AS_OF}')"):
                rows[has_scope, relation] = analyst.execute(f"select count(*) from marts.{relation}").fetchone()[0]
    assert all((n > 0) == has_scope for (has_scope, _), n in rows.items()), rows


def test_nobodys_name_leaves_the_vault(published, warehouse):
    with connect("pipeline") as conn:
        names = [name for (name,) in conn.execute("select distinct name from history.population") if len(name) > 2]
        assert in_schema(conn, "marts", names) == []
        assert in_schema(conn, "ops", names) == []
    assert list(in_files(warehouse.home, names)) == []


def publish_and_die(where: str) -> None:
    os.environ["ROLLCALL_KILL_AT"] = where
    publish(AS_OF, KNOWN_AT)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("killed_at", [("matched", "swapping"), ("matched:server",)], ids="+".join)
def test_killed_the_links_in_force_stand_and_the_next_publish_gives_the_same(published, killed_at):
    """The second to be killed is the next after the first; the last of all comes through."""
    _, before = published
    known = links()
    for where in killed_at:
        process = start(publish_and_die, where)
        process.join(300)
        assert process.exitcode == (1 if where.endswith(":server") else -signal.SIGKILL)
        server.start()
        assert content("marts") == before and links() == known
        left = settings().home / "spill"
        assert list(left.iterdir()) == [], "the engine's files go before the kill can keep them"
    assert publish(AS_OF, KNOWN_AT).is_published
    assert content("marts") == before and links() == known
    test_matched_anew_it_is_the_same(published)


def test_matched_anew_it_is_the_same(published):
    with connect("pipeline", autocommit=True) as conn:
        found = reconcile(conn)
    assert found.pop("pairs") > 0
    assert set(found.values()) == {0}


def test_a_failed_publish_leaves_everything_standing(published):
    """Before the end of June no roll had come: marts without an enrolment are not published."""
    _, before = published
    known = links()
    failed = publish(BEFORE.date(), BEFORE, is_back=True)
    assert failed.verdict == "failed"
    assert "there_are_enrolments" in {reason["said"] for reason in failed.reasons}
    assert content("marts") == before
    assert links() == known
    assert figures().failed["as_of"] == BEFORE.date()


def test_a_date_that_readers_must_not_get_unasked_is_refused(published):
    """After the day of what is known; or before the date that the marts show, which a study may have."""
    _, before = published
    with pytest.raises(PublishError, match="after 2019"):
        publish(AS_OF + timedelta(days=1), KNOWN_AT)
    with pytest.raises(PublishError, match="--back"):
        publish(AS_OF - timedelta(days=1), KNOWN_AT)
    with connect("pipeline") as conn:
        assert at_deadline(KNOWN_AT, conn) == AS_OF
    assert content("marts") == before


def test_the_report_fits_and_is_flat(published):
    console = Console(width=100, record=True, file=StringIO())
    console.print(render())
    text = console.export_text()
    assert "市级监测" in text and "在校" in text and "…" not in text
    # A table too wide for the terminal loses its right edge.
    rows = [line.rstrip() for line in text.splitlines() if line[:1] in ("┃", "│")]
    assert len(rows) > 30 and all(row[-1] == row[0] for row in rows)
    from rollcall.cli.main import app

    done = CliRunner().invoke(app, ["report", "--json"])
    told = json.loads(done.stdout)
    assert told["n_children"] > 0 and told["n_on_roll"] > 0 and told["as_of"] == str(AS_OF)
    assert all(not isinstance(value, dict | list) for value in told.values())
    assert told["n_open"] == told["open_school"] + told["open_unit"] + told["open_municipality"]


def test_nothing_published_is_said_plainly(warehouse):
    from rollcall.cli.main import app

    done = CliRunner().invoke(app, ["report", "--schema", "never_published"])
    assert done.exit_code == 1 and "rollcall publish" in str(done.exception)
