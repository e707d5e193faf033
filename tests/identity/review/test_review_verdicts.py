"""A verdict: stored, used while the evidence stands, replaced but never lost."""

import threading
from datetime import timedelta

import pytest

from rollcall.identity.review.errors import ReviewError
from rollcall.identity.review.queue import doubt, doubts
from rollcall.identity.review.verdict import decide
from rollcall.warehouse.connect import connect
from tests.dbt.municipality import OTHER_UNIT, UNIT
from tests.identity.review.conftest import NOW, put_in_doubt

LATER = NOW + timedelta(days=1)


def rows(conn, number):
    return conn.execute(
        """select r.verdict, r.why, r.decided_by, r.known_from, r.known_to < 'infinity'
        from identity.review as r inner join identity.review as a on a.review_id = %s
        where r.pupil_key = a.pupil_key and r.child_key = a.child_key
        order by r.review_id""",
        (number,),
    ).fetchall()


def test_the_queue_oldest_first_without_names(conn, queue):
    found = doubts(conn)
    assert [d.review_id for d in found] == [queue["ours"], queue["across"], queue["theirs"]]
    assert [d.n_days for d in found] == [39, 0, 0]
    assert [d.review_id for d in doubts(conn, n_days=31)] == [queue["ours"]]
    assert doubts(conn, reason="another") == []


def test_a_pair_belongs_to_the_school_s_unit_and_the_home_unit(conn, queue):
    assert {d.review_id for d in doubts(conn, UNIT)} == {queue["ours"], queue["across"]}
    assert {d.review_id for d in doubts(conn, OTHER_UNIT)} == {queue["across"], queue["theirs"]}
    assert doubts(conn, "500103") == []


def test_the_children_one_row_may_be_stay_together(conn, queue):
    other = put_in_doubt(conn, "ours", "twin")
    assert [d.review_id for d in doubts(conn)] == [queue["ours"], other, queue["across"], queue["theirs"]]


def test_a_decision_is_kept_with_who_when_and_why(conn, queue):
    pair = doubt(conn, queue["ours"])
    assert decide(conn, pair, "same", " 查看户口簿 ", "li", NOW) == "accepted"
    assert [d.review_id for d in doubts(conn)] == [queue["across"], queue["theirs"]]
    (opened, decided) = rows(conn, queue["ours"])
    assert opened[0] is None and opened[4], "the open doubt ends"
    assert decided == ("same", "查看户口簿", "li", NOW, False)
    found = doubt(conn, queue["ours"])
    assert (found.verdict, found.decided_by, found.decided_at) == ("same", "li", NOW)
    assert [d.verdict for d in doubts(conn, has_verdict=True)] == ["same"]


def test_a_changed_mind_is_a_new_row_and_the_same_mind_is_none(conn, queue):
    for verdict, at, outcome in (
        ("same", NOW, "accepted"),
        ("same", LATER, "unchanged"),
        ("different", LATER, "accepted"),
    ):
        assert decide(conn, doubt(conn, queue["ours"]), verdict, "电话核实", "li", at) == outcome
    kept = rows(conn, queue["ours"])
    assert [(verdict, since, is_closed) for verdict, _, _, since, is_closed in kept[1:]] == [
        ("same", NOW, True),
        ("different", LATER, False),
    ]
    assert doubt(conn, queue["ours"]).verdict == "different"


def test_what_was_known_when_can_be_asked(conn, queue):
    decide(conn, doubt(conn, queue["ours"]), "same", "电话核实", "li", NOW)
    decide(conn, doubt(conn, queue["ours"]), "different", "双胞胎", "li", LATER)
    known = """select verdict from identity.review where known_from <= %(at)s and known_to > %(at)s
        and evidence_hash = (select evidence_hash from identity.review where review_id = %(number)s)"""
    for at, verdict in ((NOW - timedelta(hours=1), None), (NOW, "same"), (LATER, "different")):
        assert conn.execute(known, {"at": at, "number": queue["ours"]}).fetchall() == [(verdict,)]


def test_two_decisions_in_one_moment_both_hold(conn, queue):
    decide(conn, doubt(conn, queue["ours"]), "same", "电话核实", "li", NOW)
    decide(conn, doubt(conn, queue["ours"]), "different", "双胞胎", "li", NOW)
    assert [verdict for verdict, *_ in rows(conn, queue["ours"])] == [None, "same", "different"]
    assert doubt(conn, queue["ours"]).verdict == "different"


def test_asked_again_when_the_evidence_changes(conn, queue):
    decide(conn, doubt(conn, queue["ours"]), "same", "电话核实", "li", NOW)
    conn.execute("update history.roll set row_hash = md5('changed')::uuid where name = '欧阳店名'")
    again = put_in_doubt(conn, "ours", since=LATER)
    assert again in {d.review_id for d in doubts(conn)}
    with pytest.raises(ReviewError, match="证据已变"):
        doubt(conn, queue["ours"])
    assert [d.verdict for d in doubts(conn, has_verdict=True)] == []
    conn.rollback()


def test_a_pupil_is_one_child_at_most(conn, queue):
    other = put_in_doubt(conn, "ours", "twin")
    decide(conn, doubt(conn, queue["ours"]), "same", "电话核实", "li", NOW)
    with pytest.raises(ReviewError, match=f"编号 {doubt(conn, queue['ours']).review_id}"):
        decide(conn, doubt(conn, other), "same", "电话核实", "li", NOW)
    assert decide(conn, doubt(conn, other), "different", "双胞胎", "li", NOW) == "accepted"


@pytest.mark.parametrize("why", ["", "  "])
def test_no_decision_without_a_reason(conn, queue, why):
    with pytest.raises(ReviewError, match="--why"):
        decide(conn, doubt(conn, queue["ours"]), "same", why, "li", NOW)
    assert doubt(conn, queue["ours"]).verdict is None


def test_a_doubt_that_goes_meanwhile_is_not_decided(conn, queue):
    pair = doubt(conn, queue["ours"])
    conn.execute("update identity.review set known_to = %s where review_id = %s", (NOW, pair.review_id))
    with pytest.raises(ReviewError, match="不再存疑"):
        decide(conn, pair, "same", "电话核实", "li", NOW)
    with pytest.raises(ReviewError, match="不在核对清单中"):
        doubt(conn, pair.review_id)
    conn.rollback()


def test_two_people_at_once_leave_one_verdict(conn, queue):
    pair = doubt(conn, queue["ours"])
    conn.rollback()
    outcomes = []

    def say(verdict):
        with connect("pipeline") as mine:
            outcomes.append(decide(mine, pair, verdict, "电话核实", verdict, NOW))

    speakers = [threading.Thread(target=say, args=(verdict,)) for verdict in ("same", "different")]
    for speaker in speakers:
        speaker.start()
    for speaker in speakers:
        speaker.join()
    assert outcomes == ["accepted", "accepted"]
    assert sum(not is_closed for *_, is_closed in rows(conn, queue["ours"])) == 1
    assert len(rows(conn, queue["ours"])) == 3


def test_nothing_in_doubt_before_the_first_publish(conn):
    with conn.transaction(force_rollback=True):
        conn.execute("drop schema marts cascade")
        with pytest.raises(ReviewError, match="rollcall publish"):
            doubts(conn)
