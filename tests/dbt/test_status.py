"""What the verdict says about each child of the scenario, and that it says one thing at a time."""

from datetime import date

import pytest

from tests.dbt.municipality import AS_OF, OTHER_SCHOOL, OTHER_UNIT, SCHOOL, START, UNIT, id_key, roll_key

TODAY = {
    "present": ("in_school", "present"),
    "present_in_silent_class": ("unconfirmed", "class_silent"),
    "never_reported": ("unconfirmed", "no_report_yet"),
    "rows_lost": ("unconfirmed", "class_silent"),
    "absent_under_a_wrong_number": ("unconfirmed", "class_silent"),
    "left_out_of_the_count": ("unconfirmed", "class_short"),
    "on_two_rolls": ("in_school", "present"),
    "beside_a_paper_seat": ("in_school", "present"),
    "last_year_only": ("unconfirmed", "new_roll_not_delivered"),
    "sick_over_summer": ("unconfirmed", "new_roll_not_delivered"),
    "moved_up": ("in_school", "present"),
    "left_at_the_turn": ("not_arrived", "not_on_new_roll"),
    "primary_leaver": ("not_arrived", "not_on_new_roll"),
    "graduate": ("finished", "finished"),
    "graduate_unseen": ("unconfirmed", "finish_not_seen"),
    "never_came": ("never_present", "never_present"),
    "truant_1": ("absent_1", "absent_1"),
    "truant_2": ("absent_1", "absent_1"),
    "truant_3": ("absent_3", "absent_3"),
    "truant_5": ("absent_5", "absent_5"),
    "truant_20": ("absent_20", "absent_20"),
    "sick": ("excused", "absent_excused"),
    "sick_for_weeks": ("unconfirmed", "leave_unproved"),
    "sick_in_silent_class": ("unconfirmed", "class_silent"),
    "broken": ("absent_1", "absent_1"),
    "seen": ("absent_1", "absent_1"),
    "silent_between": ("absent_3", "absent_3"),
    "mover": ("absent_3", "absent_3"),
    "moved_well": ("in_school", "present"),
    "truant_and_gone": ("not_arrived", "transfer_not_arrived"),
    "marked_by_the_old_school": ("in_school", "present"),
    "suspended": ("suspended", "suspended"),
    "suspension_over": ("unconfirmed", "suspension_over"),
    "suspension_over_truant": ("absent_3", "absent_3"),
    "suspended_without_paper": ("in_school", "present"),
    "returned": ("in_school", "present"),
    "returned_unseen": ("unconfirmed", "no_report_yet"),
    "not_arrived": ("not_arrived", "transfer_not_arrived"),
    "withdrawn": ("not_found", "taken_off_roll"),
    "to_sichuan": ("elsewhere_claimed", "transfer_outside"),
    "school_says_dead": ("unconfirmed", "death_unconfirmed"),
    "home_taught": ("placement", "home_teaching"),
    "home_not_taught": ("unconfirmed", "home_teaching_not_done"),
    "home_visits_unknown": ("unconfirmed", "home_teaching_not_done"),
    "deferred": ("placement", "deferred"),
    "deferred_without_paper": ("not_found", "not_found"),
    "exempt": ("placement", "exempt"),
    "waiting": ("not_found", "not_found"),
    "off_roll": ("unconfirmed", "placed_off_roll"),
    "placement_too_old": ("not_found", "not_found"),
    "included": ("placement", "placed_in_school"),
    "included_in_silent_class": ("unconfirmed", "class_silent"),
    "died": ("dead", "died"),
    "alive": ("unconfirmed", "death_unconfirmed"),
    "moved_away": ("moved_away", "moved_away"),
    "still_registered": ("not_found", "not_found"),
    "moved_within": ("not_found", "not_found"),
    "nowhere": ("not_found", "not_found"),
    "six_on_31_august": ("not_found", "not_found"),
    "six_on_1_september": ("not_yet_of_age", "not_yet_of_age"),
    "fifteen": ("over_age", "over_age"),
    "not_yet_fifteen": ("not_found", "not_found"),
    "old_number": ("in_school", "present"),
    "keeps_number": ("in_school", "present"),
    "gets_number": ("not_found", "not_found"),
    "forked": ("in_school", "present"),
    "fork_a": ("not_found", "not_found"),
    "fork_b": ("not_found", "not_found"),
    "robbed": ("not_found", "not_found"),
    "same_birth": ("in_school", "present"),
    "other_surname": ("identity_pending", "identity_pending"),
    "other_sex": ("identity_pending", "identity_pending"),
    "bad_number": ("not_found", "not_found"),
    "only_poor": ("not_found", "not_found"),
    "proved": ("elsewhere_proved", "elsewhere_proved"),
    "claimed": ("elsewhere_claimed", "elsewhere_claimed"),
    "lives_outside": ("elsewhere_claimed", "lives_outside"),
    "verified_dropout": ("absent_20", "dropout_verified"),
    "verified_never_enrolled": ("never_enrolled", "never_enrolled_verified"),
    "unit_sent_no_roll": ("unconfirmed", "roll_not_delivered"),
    "deferred_before": ("suspended", "suspension_opening"),
    "shared_number": ("dead", "died"),
    "registered_first": ("in_school", "present"),
    "registered_first_again": ("identity_pending", "registered_twice"),
}


def on(marts, key, day: date = AS_OF):
    return marts.execute(
        """select status, rule, unit_code, school_code, days_absent from fct_child_status
        where child_key = %s and from_on <= %s and to_on > %s""",
        (key, day, day),
    ).fetchall()


@pytest.mark.parametrize("who", TODAY)
def test_status_today(marts, who):
    assert [row[:2] for row in on(marts, id_key(who))] == [TODAY[who]]


def test_a_child_registered_twice_and_found_nowhere_is_missing_once(marts):
    rows = [on(marts, id_key(who))[0][:2] for who in ("nowhere_first", "nowhere_first_again")]
    assert sorted(rows) == [("identity_pending", "registered_twice"), ("not_found", "not_found")]


@pytest.mark.parametrize("who", ["thief", "bad_number", "other_surname", "other_sex", "migrant"])
def test_a_pupil_whose_number_proves_nothing_is_a_child_of_its_own(marts, who):
    assert [row[0] for row in on(marts, roll_key(who))] == ["in_school"]


def test_no_linked_pupil_is_a_child_of_its_own(marts):
    assert on(marts, roll_key("present")) == []
    assert on(marts, id_key("new_number")) == []


def spells(marts, who, since: date = START):
    return marts.execute(
        """select from_on, rule, days_absent from fct_child_status
        where child_key = %s and from_on >= %s order by from_on""",
        (id_key(who), since),
    ).fetchall()


def test_a_class_falls_silent_on_its_fourth_school_day_without_report(marts):
    # The last report is Friday the 20th; the 23rd, 24th and 25th are still believed.
    assert spells(marts, "present_in_silent_class") == [
        (START, "present", 0),
        (date(2019, 9, 26), "class_silent", 0),
    ]
    assert spells(marts, "rows_lost") == spells(marts, "present_in_silent_class")


def test_a_class_that_leaves_somebody_out_is_asked_when_the_weekly_changes_are_late(marts):
    # The last full report is Friday the 20th; seven school days of short ones are still believed.
    assert spells(marts, "left_out_of_the_count") == [
        (START, "present", 0),
        (date(2019, 10, 9), "class_short", 0),
    ]


def test_the_turn_of_the_school_year(marts):
    summer = date(2019, 8, 31)
    first = date(2019, 9, 1)
    for who in ("last_year_only", "moved_up", "left_at_the_turn", "primary_leaver", "graduate"):
        assert on(marts, id_key(who), first)[0][0] not in ("in_school", "excused"), who
    for who in ("last_year_only", "sick_over_summer"):
        assert on(marts, id_key(who), summer) == []  # the register of 1 September is the first word of the child
        assert spells(marts, who, first) == [(first, "new_roll_not_delivered", 0)]
    assert spells(marts, "moved_up", first) == [(first, "new_roll_not_delivered", 0), (START, "present", 0)]
    assert spells(marts, "left_at_the_turn", first) == [
        (first, "new_roll_not_delivered", 0),
        (START, "not_on_new_roll", 0),
    ]
    assert spells(marts, "graduate", first) == [(first, "finished", 0)]
    # Who has no seat yet cannot be found before the unit's first roll of the year.
    assert spells(marts, "nowhere", first) == [(first, "roll_not_delivered", 0), (START, "not_found", 0)]


def test_the_tier_that_must_act(marts):
    owners = dict(marts.execute("select distinct rule, owner_tier from fct_child_status where is_open").fetchall())
    assert owners["class_short"] == owners["absent_1"] == "school"
    assert owners["new_roll_not_delivered"] == owners["placed_off_roll"] == owners["absent_5"] == "unit"


def test_leave_is_believed_no_longer_than_a_report(marts):
    assert spells(marts, "sick_in_silent_class")[1:] == [
        (date(2019, 9, 20), "absent_excused", 0),
        (date(2019, 9, 26), "class_silent", 0),
    ]


def test_leave_without_a_paper_is_believed_for_twenty_school_days(marts):
    assert [(on, rule) for on, rule, _ in spells(marts, "sick_for_weeks")][-2:] == [
        (date(2019, 10, 10), "absent_excused"),
        (AS_OF, "leave_unproved"),
    ]


def test_thresholds_are_inclusive(marts):
    turned = {rule: n for _, rule, n in reversed(spells(marts, "truant_20"))}
    assert {rule: turned[rule] for rule in ("absent_1", "absent_3", "absent_5", "absent_20")} == {
        "absent_1": 1,
        "absent_3": 3,
        "absent_5": 5,
        "absent_20": 20,
    }
    assert spells(marts, "truant_20")[-1] == (AS_OF, "absent_20", 20)


def test_a_run_counts_school_days_of_both_schools(marts):
    assert on(marts, id_key("mover")) == [("absent_3", "absent_3", OTHER_UNIT, OTHER_SCHOOL, 4)]
    assert on(marts, id_key("silent_between"))[0][4] == 3
    assert on(marts, id_key("broken"))[0][4] == on(marts, id_key("seen"))[0][4] == 2


def test_a_verdict_begins_on_its_day(marts):
    assert spells(marts, "verified_dropout", date(2019, 10, 9)) == [
        (date(2019, 10, 9), "absent_1", 2),
        (date(2019, 10, 10), "dropout_verified", 3),
        (date(2019, 10, 11), "dropout_verified", 4),
    ]
    assert spells(marts, "verified_never_enrolled") == [
        (START, "not_found", 0),
        (date(2019, 10, 9), "never_enrolled_verified", 0),
    ]


def test_days_on_which_something_begins_or_ends(marts):
    assert on(marts, id_key("died"), date(2019, 10, 10))[0][0] == "in_school"
    assert on(marts, id_key("suspension_over"), date(2019, 10, 10))[0][0] == "suspended"
    assert on(marts, id_key("not_arrived"), date(2019, 9, 22))[0][0] == "in_school"
    assert on(marts, id_key("truant_1"), date(2019, 10, 10))[0][0] == "in_school"


def test_who_answers(marts):
    assert on(marts, id_key("present"))[0][2:4] == (UNIT, SCHOOL)
    assert on(marts, id_key("nowhere"))[0][2:4] == (UNIT, None)


def test_every_rule_of_the_seed_is_a_rule_of_the_scenario(marts):
    known = {rule for (rule,) in marts.execute("select rule from seed_rule")}
    assert known == {rule for _, rule in TODAY.values()}


def test_one_status_a_date(marts):
    assert (
        marts.execute(
            """select child_key from fct_child_status where status is null or from_on >= to_on
        union all select a.child_key from fct_child_status as a join fct_child_status as b
            on a.child_key = b.child_key and a.from_on < b.to_on and b.from_on < a.to_on
            and a.from_on <> b.from_on"""
        ).fetchall()
        == []
    )
