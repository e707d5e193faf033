"""Snapshots become versions on two time axes, whatever the order in which deliveries are processed."""

from datetime import date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from rollcall.contracts.load import contract
from rollcall.ingest.label import SHANGHAI
from rollcall.ingest.replay import replay
from rollcall.warehouse.connect import connect
from tests.content import content_hash, history_rows
from tests.ingest.sending import Sent, ingest, put, send

MONDAY = date(2019, 9, 2)
MORNING = datetime(2019, 9, 2, 8, tzinfo=SHANGHAI)


def calendar(day_kinds: dict[int, str], week: int = 0, received: int = 0, revision: int = 1) -> Sent:
    """A calendar of a few days: {day of September: school day 0/1}."""
    rows = tuple(
        {"stage": "小学", "day": f"2019-09-{day:02d}", "school_day": kind} for day, kind in sorted(day_kinds.items())
    )
    return Sent(
        "calendar", "500101", MONDAY + timedelta(weeks=week), MORNING + timedelta(hours=received), rows, revision
    )


def believed() -> list[tuple[str, str, str, str]]:
    """(day, school_day, valid_from, valid_to) as believed now."""
    with connect("pipeline") as conn:
        return [(row[2], row[3], row[6], row[7]) for row in history_rows(conn, contract("calendar"), at_the_end=True)]


def hash_of() -> str:
    with connect("pipeline") as conn:
        return content_hash(conn)


def test_unchanged_rows_are_not_written_again(wipe):
    send(calendar({2: "1", 3: "1"}))
    send(calendar({2: "1", 3: "0"}, week=1, received=1))
    with connect("pipeline") as conn:
        rows = history_rows(conn, contract("calendar"))
    # Day 2 once; day 3: first version believed until the second came, its clipped form, and the new version.
    assert len(rows) == 4
    assert believed() == [
        ("2019-09-02", "1", "2019-09-02", "infinity"),
        ("2019-09-03", "0", "2019-09-09", "infinity"),
        ("2019-09-03", "1", "2019-09-02", "2019-09-09"),
    ]


def test_a_late_snapshot_changes_only_its_own_stretch(wipe):
    send(calendar({2: "1"}, week=0, received=0))
    send(calendar({2: "1"}, week=2, received=1))
    send(calendar({2: "0"}, week=1, received=2))
    assert believed() == [
        ("2019-09-02", "0", "2019-09-09", "2019-09-16"),
        ("2019-09-02", "1", "2019-09-02", "2019-09-09"),
        ("2019-09-02", "1", "2019-09-16", "infinity"),
    ]
    # The correction of the correction joins the stretches again: nothing is left that a query could trip over.
    send(calendar({2: "1"}, week=1, received=3, revision=2))
    assert believed() == [("2019-09-02", "1", "2019-09-02", "infinity")]


def test_a_row_that_is_gone_ends(wipe):
    send(calendar({2: "1", 3: "1"}))
    send(calendar({2: "1"}, week=1, received=1))
    assert ("2019-09-03", "1", "2019-09-02", "2019-09-09") in believed()


def test_a_then_b_then_a_again(wipe):
    a, b = calendar({2: "1"}, received=0), calendar({2: "0"}, received=1, revision=2)
    back = calendar({2: "1"}, received=2, revision=3)
    assert [o.verdict for sent in (a, b, back) for o in send(sent)] == ["accepted"] * 3
    assert believed() == [("2019-09-02", "1", "2019-09-02", "infinity")]


def test_the_same_bytes_again_are_a_duplicate(wipe):
    send(calendar({2: "1"}))
    assert [o.verdict for o in send(calendar({2: "1"}, received=1))] == ["duplicate"]


def test_a_lower_revision_that_comes_later_is_kept_but_not_in_force(wipe):
    send(calendar({2: "0"}, received=0, revision=2))
    assert [o.verdict for o in send(calendar({2: "1"}, received=1, revision=1))] == ["accepted"]
    assert believed() == [("2019-09-02", "0", "2019-09-02", "infinity")]
    with connect("pipeline") as conn:
        in_force = conn.execute("select revision from ops.delivery where is_in_force").fetchall()
    assert in_force == [(2,)]


def schools(pupils: dict[int, str], week: int = 0, received: int = 0, revision: int = 1) -> Sent:
    """Schools with their declared pupils: "?" is a row that is rejected, "1/2" two rows that contradict each other,
    "1+1" one row that is there twice."""
    rows = [
        {
            "school_code": f"215090000{serial}",
            "school_name": "试验小学",
            "school_kind": "小学",
            "urban_rural": "镇中心区",
            "sponsor": "县级教育部门",
            "district_code": "500101",
            "is_boarding": "否",
            "is_nutrition": "是",
            "n_pupils_declared": one,
            "n_classes_declared": "1",
        }
        for serial, text in sorted(pupils.items())
        for one in text.replace("+", "/").split("/")
    ]
    return Sent(
        "school", "500101", MONDAY + timedelta(weeks=week), MORNING + timedelta(hours=received), tuple(rows), revision
    )


def said(received: int | None = None) -> list[tuple[int, str, int, int | None]]:
    """(school, pupils, from week, to week) as believed at an hour of receipt, or now."""
    known = MORNING + timedelta(hours=received) if received is not None else None
    with connect("pipeline") as conn:
        rows = conn.execute(
            """select school_code, n_pupils_declared, valid_from, nullif(valid_to, 'infinity') from history.school
            where case when %(known)s::timestamptz is null then known_to = 'infinity'
                else known_from <= %(known)s and known_to > %(known)s end""",
            {"known": known},
        ).fetchall()
    weeks = [
        (int(code[-1]), str(n), (a - MONDAY).days // 7, (b - MONDAY).days // 7 if b else None) for code, n, a, b in rows
    ]
    return sorted(weeks, key=str)


def told_by(snapshots: list[tuple[dict[int, str], int, int]]) -> list[tuple[int, str, int, int | None]]:
    """The same, worked out from the snapshots (pupils, week, revision) in the order of their receipt."""
    slots: dict[int, tuple[int, dict[int, str]]] = {}
    for pupils, week, revision in snapshots:
        held = slots.get(week)
        if held is None or (revision >= held[0] and pupils != held[1]):
            slots[week] = (revision, pupils)
    now, begun, found = {}, {}, []
    for week in sorted(slots):
        pupils = slots[week][1]
        then = {k: "1" if text == "1+1" else text for k, text in pupils.items() if text not in ("?", "1/2")}
        then |= {k: now[k] for k, text in pupils.items() if text in ("?", "1/2") and k in now}
        for k in now.keys() | then.keys():
            if now.get(k) != then.get(k):
                if k in now:
                    found.append((k, now[k], begun[k], week))
                begun[k] = week
        now = then
    return sorted(found + [(k, text, begun[k], None) for k, text in now.items()], key=str)


def test_a_row_that_came_but_was_rejected_does_not_end_what_was_known(wipe):
    send(schools({1: "1", 2: "1"}), schools({1: "?", 2: "2", 3: "?"}, week=1, received=1))
    assert said() == [(1, "1", 0, None), (2, "1", 0, 1), (2, "2", 1, None)]
    with connect("pipeline") as conn:
        kept = conn.execute("select unread_key from ops.rejected_row order by line").fetchall()
    assert kept == [(["2150900001"],), (["2150900003"],)]
    send(schools({2: "2"}, week=2, received=2))
    assert said() == [(1, "1", 0, 2), (2, "1", 0, 1), (2, "2", 1, None)], "a row that did not come ends it"


def test_rows_that_contradict_each_other_leave_what_was_known(wipe):
    send(schools({1: "1", 2: "2"}), schools({1: "1/2", 2: "1+1"}, week=1, received=1))
    assert said() == [(1, "1", 0, None), (2, "1", 1, None), (2, "2", 0, 1)], "of a repeated row the first counts"


def test_a_key_that_cannot_be_read_keeps_nothing(wipe):
    send(schools({1: "1"}))
    lost = schools({1: "1"}, week=1, received=1)
    lost.rows[0]["school_code"] = "2.15E+09"
    send(lost)
    assert said() == [(1, "1", 0, 1)]


def test_a_correction_goes_on_through_the_rows_that_could_not_be_read(wipe):
    """Nobody knows what the second and third snapshot said of the school: the corrected first one speaks for them."""
    send(schools({1: "1"}), *(schools({1: "?", 2: "1"}, week=week, received=week) for week in (1, 2)))
    send(schools({1: "2"}, week=3, received=3), schools({1: "3"}, week=0, received=4, revision=2))
    assert said() == [(1, "2", 3, None), (1, "3", 0, 3), (2, "1", 1, 3)]
    send(schools({2: "1"}, week=0, received=5, revision=3))
    assert said() == [(1, "2", 3, None), (2, "1", 0, 3)]
    assert said(received=3) == [(1, "1", 0, 3), (1, "2", 3, None), (2, "1", 1, 3)], "what was known is still known"


def test_a_correction_that_cannot_be_read_falls_back_on_the_snapshot_before(wipe):
    send(schools({1: "1"}), schools({1: "2"}, week=1, received=1), schools({1: "?"}, week=1, received=2, revision=2))
    assert said() == [(1, "1", 0, None)]


@pytest.mark.parametrize("regate", [False, True])
def test_replay_keeps_what_rejected_rows_left_standing(wipe, regate):
    send(
        schools({1: "1", 2: "1"}),
        schools({1: "?", 2: "1/2"}, week=1, received=1),
        schools({2: "2"}, week=2, received=2),
    )
    before = hash_of()
    replay("school", regate=regate)
    assert hash_of() == before
    assert said() == [(1, "1", 0, 2), (2, "1", 0, 2), (2, "2", 2, None)]


# A failure is rare and each example takes seconds: shrinking would take the rest of the hour.
PHASES = (Phase.explicit, Phase.generate)
SNAPSHOTS = st.lists(
    st.tuples(
        st.dictionaries(st.integers(1, 2), st.sampled_from(["1", "2", "?", "?", "1/2", "1+1"]), min_size=1),
        st.integers(0, 2),  # week
        st.integers(1, 3),  # revision
    ),
    min_size=2,
    max_size=4,
)


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(snapshots=SNAPSHOTS, order=st.permutations(range(4)))
# A twin that is taken before the delivery it repeats: judged first, a duplicate in the end.
@example(snapshots=[({2: "1"}, 0, 1), ({2: "1"}, 0, 2)], order=[1, 0, 2, 3])
@example(snapshots=[({2: "1"}, 0, 3), ({2: "2"}, 0, 1), ({2: "1"}, 0, 2)], order=[2, 1, 0, 3])
# What could not be read is corrected behind, before and in the middle of it.
@example(snapshots=[({1: "1"}, 0, 1), ({1: "?"}, 1, 1), ({1: "2"}, 0, 2), ({1: "?"}, 0, 3)], order=[3, 2, 1, 0])
@example(snapshots=[({1: "?"}, 2, 1), ({1: "?"}, 1, 1), ({1: "1"}, 0, 1), ({1: "2"}, 1, 2)], order=[2, 0, 3, 1])
def test_any_order_of_processing_gives_equal_tables(wipe, snapshots, order):
    """Equal to one another, and at every time of knowledge to what a few lines of Python make of the snapshots."""
    deliveries = [
        schools(pupils, week, received, revision) for received, (pupils, week, revision) in enumerate(snapshots)
    ]
    wipe()
    for sent in deliveries:
        send(sent)
    expected = hash_of()
    for received in range(len(snapshots)):
        assert said(received) == told_by(snapshots[: received + 1])
    assert said() == told_by(snapshots)
    wipe()
    for index in order:
        send(*deliveries[index : index + 1])
    assert hash_of() == expected


@pytest.mark.slow
def test_shuffled_receipt_times_end_in_the_same_knowledge(wipe):
    contents = [({1: "1", 2: "1"}, 0, 1), ({1: "2", 2: "?"}, 1, 1), ({1: "?", 2: "2"}, 0, 2), ({1: "1"}, 2, 1)]
    ends = set()
    for order in list(permutations(range(4)))[::3]:
        wipe()
        for received, index in enumerate(order):
            pupils, week, revision = contents[index]
            put(schools(pupils, week, received, revision))
        ingest()
        with connect("pipeline") as conn:
            ends.add(content_hash(conn, at_the_end=True))
    assert len(ends) == 1
