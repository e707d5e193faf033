"""The truth agrees with itself and with the files."""

from collections import Counter

from rollcall.simulate.clock import FOREVER

UNACCOUNTED = {"dropout", "never_enrolled", "ghost", "transfer_lost"}
CONCEALED = {"false_presence_mark", "stolen_id", "forged_receipt", "not_yet_due"}


def test_truth_is_closed_to_others(written):
    assert written.truth.stat().st_mode & 0o077 == 0


def test_every_roll_row_has_a_child(written):
    children = {row["child_id"] for row in written.read("child")}
    assert {row["child_id"] for row in written.read("pupil")} <= children
    assert {row["child_id"] for row in written.read("status")} == children


def test_spells_of_a_child_follow_each_other(written):
    last = {}
    for row in written.read("status"):
        if row["child_id"] in last:
            assert last[row["child_id"]] == row["from_on"]
        assert row["to_on"] is None or row["from_on"] < row["to_on"]
        last[row["child_id"]] = row["to_on"]
    assert set(last.values()) == {None}


def test_unaccounted_spells_are_never_present_spells(written):
    for row in written.read("status"):
        assert (row["unaccounted_since"] is not None) == (row["state"] in UNACCOUNTED)
        if row["unaccounted_since"]:
            assert row["unaccounted_since"] <= row["from_on"]


def test_unaccounted_children_are_on_the_register(written):
    registered = {row["child_id"] for row in written.read("child") if row["is_on_register"]}
    assert {row["child_id"] for row in written.read("status") if row["unaccounted_since"]} <= registered


def test_every_state_and_every_concealment_occurs(written):
    states = Counter(row["state"] for row in written.read("status"))
    assert states.keys() >= UNACCOUNTED | {
        "present",
        "elsewhere",
        "placement",
        "suspended",
        "moved",
        "dead",
        "not_of_age",
    }
    kinds = Counter(row["concealed_by"] for row in written.read("concealment"))
    assert set(kinds) == CONCEALED


def test_only_unaccounted_children_are_concealed(written):
    spells = [row for row in written.read("status") if row["unaccounted_since"]]
    for row in written.read("concealment"):
        assert any(
            spell["child_id"] == row["child_id"]
            and spell["from_on"] <= row["as_of"]
            and (spell["to_on"] is None or row["as_of"] < spell["to_on"])
            for spell in spells
        )


def test_most_unaccounted_children_can_be_seen_at_the_end(written):
    last = max(row["as_of"] for row in written.read("concealment"))
    concealed = {row["child_id"] for row in written.read("concealment") if row["as_of"] == last}
    unaccounted = {
        row["child_id"] for row in written.read("status") if row["unaccounted_since"] and row["to_on"] is None
    }
    assert 0 < len(concealed & unaccounted) < len(unaccounted) / 2


def test_a_dropout_left_out_of_the_count_is_on_the_roll_and_in_no_list(world):
    left_out = {seat: since for seat, since, *_ in world.life.outs if world.seats.expected_to[seat] <= since}
    assert len(left_out) >= 2
    assert all(world.seats.to_on[seat] == FOREVER for seat in left_out)
    for day in world.days:
        listed = set(day.absences.seat.tolist())
        assert not any(seat in listed and since <= day.day for seat, since in left_out.items())
