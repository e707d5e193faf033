"""What counts as a missed child and what as a false alarm."""

from datetime import date

from rollcall.simulate.score_children import Said, _false_alarms, _missed
from rollcall.simulate.score_lists import score_lists

DAY = date(2019, 9, 20)
HERE = Said("in_school", "present", False, DAY, 0)
PLACED = Said("placement", "placed_in_school", False, DAY, 0)
AWAY = Said("elsewhere_proved", "elsewhere_proved", False, DAY, 0)
NOWHERE = Said("not_found", "not_found", True, DAY, 0)
ABSENT = Said("absent_1", "absent_1", True, DAY, 1)


def test_every_closed_status_misses_an_unaccounted_child():
    truth = {1: "dropout", 2: "ghost", 3: "never_enrolled", 4: "dropout", 5: "transfer_lost"}
    said = {1: [HERE], 2: [NOWHERE, PLACED], 3: [AWAY], 4: [ABSENT]}
    found = _missed(truth, {}, said)
    assert found["unaccounted"] == 5
    assert found["unaccounted_in_school"] == found["unaccounted_in_school_dropout"] == 1
    # The fifth has no status at all: it stands on nobody's list.
    assert found["open_status_missed"] == 4
    assert found["open_status_missed_by_placed_in_school"] == found["open_status_missed_by_no_status"] == 1


def test_a_concealed_child_is_counted_and_not_missed():
    found = _missed({1: "dropout", 2: "ghost"}, {1: "false_presence_mark", 9: "stolen_id"}, {1: [HERE], 2: [NOWHERE]})
    assert (found["open_status_missed"], found["concealed"], found["concealed_by_false_presence_mark"]) == (0, 1, 1)
    assert found["concealed_by_stolen_id"] == 0


def test_an_open_status_of_a_child_at_its_desk_is_a_false_alarm():
    said = {1: [HERE], 2: [NOWHERE, HERE], 3: [ABSENT], 4: [ABSENT]}
    found = _false_alarms([1, 2, 3, 4, 5], said, listed={(3, DAY), (4, date(2019, 9, 19))})
    # The third was absent on that day, as its teacher wrote; the fifth has no status.
    assert found["truly_in_school"] == 5
    assert found["false_alarms"] == 3 and found["false_alarms_per_1000"] == 600
    assert found["false_alarms_as_not_found"] == found["false_alarms_by_absent_1"] == 1
    assert found["false_alarms_as_no_status"] == 1


def test_a_list_is_as_precise_as_the_truth_bears_it_out():
    found = score_lists(
        [
            ("absent_20", "absent_20", "dropout"),
            ("absent_20", "dropout_verified", "present"),
            ("in_school", "present", "dropout"),
            ("absent_20", "absent_20", "ghost"),
            ("not_found", "not_found", "elsewhere"),
            ("not_found", "not_found", "never_enrolled"),
        ]
    )
    assert (found["dropout_listed"], found["dropout_listed_truly"], found["dropout_precision"]) == (3, 2, 0.667)
    assert found["dropout_listed_per_1000"] == 500 and found["dropout_false_dropout_verified_present"] == 1
    # A lead is no verdict: who is found nowhere is not called never enrolled.
    assert (found["never_enrolled_listed"], found["never_enrolled_precision"]) == (0, None)
    assert (found["not_found_listed"], found["not_found_precision"], found["lead_precision"]) == (2, 0.5, 0.5)
