"""Snapshots become versions on two time axes, whatever the order in which deliveries are processed."""

from datetime import date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from rollcall.contracts.load import contract
from rollcall.ingest.label import SHANGHAI
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


# A failure is rare and each example takes seconds: shrinking would take the rest of the hour.
PHASES = (Phase.explicit, Phase.generate)
SNAPSHOTS = st.lists(
    st.tuples(
        st.dictionaries(st.integers(2, 4), st.sampled_from(["0", "1"]), min_size=1, max_size=3),
        st.integers(0, 2),  # week
        st.integers(1, 3),  # revision
    ),
    min_size=2,
    max_size=4,
)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(snapshots=SNAPSHOTS, order=st.permutations(range(4)))
# A twin that is taken before the delivery it repeats: judged first, a duplicate in the end.
@example(snapshots=[({2: "1"}, 0, 1), ({2: "1"}, 0, 2)], order=[1, 0, 2, 3])
@example(snapshots=[({2: "1"}, 0, 3), ({2: "0"}, 0, 1), ({2: "1"}, 0, 2)], order=[2, 1, 0, 3])
def test_any_order_of_processing_gives_equal_tables(wipe, snapshots, order):
    deliveries = [calendar(days, week, received, revision) for received, (days, week, revision) in enumerate(snapshots)]
    wipe()
    for sent in deliveries:
        send(sent)
    expected = hash_of()
    wipe()
    for index in order:
        send(*deliveries[index : index + 1])
    assert hash_of() == expected


@pytest.mark.slow
def test_shuffled_receipt_times_end_in_the_same_knowledge(wipe):
    contents = [({2: "1", 3: "1"}, 0, 1), ({2: "0"}, 1, 1), ({2: "1"}, 0, 2)]
    ends = set()
    for order in permutations(range(3)):
        wipe()
        for received, index in enumerate(order):
            days, week, revision = contents[index]
            put(calendar(days, week, received, revision))
        ingest()
        with connect("pipeline") as conn:
            ends.add(content_hash(conn, at_the_end=True))
    assert len(ends) == 1
