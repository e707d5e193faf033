"""Which date is complete enough, and what is missing."""

from datetime import date

from rollcall.publish.expected import current, senders, slots
from rollcall.publish.quorum import at_deadline, due, missing, pending
from tests.publish.ledger import at, deliver, deliver_all, open_term

MONDAY, FRIDAY = date(2019, 9, 2), date(2019, 9, 6)
SATURDAY_NIGHT = at(date(2019, 9, 7), 23)


def test_nothing_is_due_before_anything_has_come(conn):
    assert slots(conn, SATURDAY_NIGHT) == []
    assert due(SATURDAY_NIGHT, conn) is None
    assert at_deadline(SATURDAY_NIGHT, conn) is None


def test_every_contract_and_sender_is_expected(conn):
    open_term(conn)
    found = slots(conn, SATURDAY_NIGHT)
    assert {slot.feed for slot in found if slot.sender == "500101"} >= {"school", "roll", "calendar", "staff"}
    assert len({slot.sender for slot in found if slot.feed == "roll"}) == len(senders("units")) == 41
    assert len({slot.sender for slot in found if slot.feed == "population"}) == len(senders("police")) == 38
    assert [slot.due_on for slot in found if slot.feed == "class_return"] == [
        date(2019, 9, day) for day in (2, 3, 4, 5, 6)
    ]
    assert [slot.due_on for slot in found if (slot.feed, slot.sender) == ("roll", "500101")] == [MONDAY]


def test_what_one_unit_tries_before_the_others_is_owed_by_nobody(conn):
    deliver(conn, "roll", "500101", date(2019, 7, 8))
    assert slots(conn, at(date(2019, 7, 9)))[0].due_on < MONDAY
    for unit in senders("units")[:11]:
        deliver(conn, "school", unit, date(2019, 9, 1))
    assert {slot.due_on for slot in slots(conn, SATURDAY_NIGHT) if slot.feed == "roll"} == {MONDAY}


def test_the_latest_complete_day_is_due(conn):
    open_term(conn)
    deliver_all(conn, SATURDAY_NIGHT, {("class_return", "platform", FRIDAY)})
    assert due(SATURDAY_NIGHT, conn) == date(2019, 9, 5)
    assert at_deadline(SATURDAY_NIGHT, conn) == FRIDAY
    deliver(conn, "class_return", "platform", FRIDAY, received_at=at(date(2019, 9, 7)))
    assert due(SATURDAY_NIGHT, conn) == FRIDAY
    assert due(at(date(2019, 9, 7), 7), conn) == date(2019, 9, 5), "not before it came"


def test_a_quorum_does_not_wait_for_the_last_unit(conn):
    open_term(conn)
    few = {("roll", unit, MONDAY) for unit in senders("units")[:4]}
    deliver_all(conn, SATURDAY_NIGHT, few)
    assert due(SATURDAY_NIGHT, conn) == FRIDAY
    assert [fact["sender"] for fact in missing(conn, FRIDAY, SATURDAY_NIGHT)] == list(senders("units")[:4])


def test_the_deadline_does_not_take_readers_back(conn):
    open_term(conn)
    deliver_all(conn, SATURDAY_NIGHT)
    saturday = SATURDAY_NIGHT.date()
    conn.execute(
        """insert into ops.publish (schema_name, as_of, known_at, verdict, finished_at)
        values ('marts', %s, %s, 'published', clock_timestamp())""",
        (saturday, SATURDAY_NIGHT),
    )
    assert at_deadline(SATURDAY_NIGHT, conn) == saturday
    assert at_deadline(at(FRIDAY, 23), conn) == FRIDAY, "a day of which nothing was known then"


def test_too_few_units_hold_it_back(conn):
    open_term(conn)
    many = {("roll", unit, MONDAY) for unit in senders("units")[:5]}
    deliver_all(conn, SATURDAY_NIGHT, many)
    # Only the Sunday before the first roll was due is complete, and its class return is not due either.
    assert due(SATURDAY_NIGHT, conn) is None


def test_states_of_a_slot(conn):
    open_term(conn)
    one, two, three = senders("units")[:3]
    deliver(conn, "roll", one, MONDAY)
    deliver(conn, "roll", two, MONDAY, received_at=at(date(2019, 9, 5)))
    deliver(conn, "roll", three, MONDAY, "refused")

    def state(sender, now):
        return {(s.feed, s.sender, s.due_on): s.state for s in slots(conn, now)}["roll", sender, MONDAY]

    assert state(one, SATURDAY_NIGHT) == "on_time"
    assert state(two, at(date(2019, 9, 4), 23)) == "too_early"
    assert state(two, at(date(2019, 9, 5), 1)) == "overdue"
    assert state(two, SATURDAY_NIGHT) == "late"
    assert state(three, SATURDAY_NIGHT) == "refused"
    assert state(senders("units")[4], at(date(2019, 9, 10), 1)) == "missing"


def test_only_the_newest_snapshot_still_matters(conn):
    open_term(conn)
    found = current(slots(conn, at(date(2019, 9, 30), 23)))
    assert {slot.due_on for slot in found if slot.feed == "roll" and slot.state != "too_early"} == {date(2019, 9, 23)}
    assert {slot.due_on for slot in found if slot.feed == "roll_change"} >= {MONDAY, date(2019, 9, 9)}


def test_pending_until_published_with_all_that_is_known(conn):
    open_term(conn)
    deliver_all(conn, SATURDAY_NIGHT)
    assert pending(SATURDAY_NIGHT) == FRIDAY
    conn.execute(
        """insert into ops.publish (schema_name, as_of, known_at, verdict, finished_at, started_at)
        values ('marts', %s, %s, 'published', clock_timestamp(), clock_timestamp())""",
        (FRIDAY, SATURDAY_NIGHT),
    )
    assert pending(SATURDAY_NIGHT) is None
    deliver(conn, "roll", "500101", MONDAY, received_at=at(date(2019, 9, 7)))
    assert pending(SATURDAY_NIGHT) == FRIDAY
