"""What the ledger says of each child of the scenario, step by step."""

from datetime import date

import pytest

from tests.dbt.case_scenario import oct_, sep
from tests.dbt.municipality import AS_OF, OTHER_SCHOOL, OTHER_UNIT, SCHOOL, UNIT, id_key


def case(marts, who: str, columns: str = "state"):
    """Those columns of the child's one case."""
    rows = marts.execute(f"select {columns} from fct_case where child_key = %s", (id_key(who),)).fetchall()
    assert len(rows) == 1, (who, rows)
    return rows[0] if "," in columns else rows[0][0]


def journal(marts, who: str, where: str = "true"):
    return marts.execute(
        f"""select acted_on, event, actor_role, state_after, refusal, finding from fct_case_action
        where child_key = %s and {where} order by step_no""",
        (id_key(who),),
    ).fetchall()


def test_a_child_walks_through_the_whole_process(marts):
    assert journal(marts, "walked") == [
        (sep(5), "suspicion", "data", "suspected", None, None),
        (sep(5), "report", "school", "suspected", None, None),
        (sep(10), "verify_dropout", "unit", "dropout", None, None),
        (sep(11), "persuade", "school", "persuading", None, None),
        (sep(12), "order", "township", "persuading", None, None),
        (sep(12), "close", "school", "persuading", "only_unit_closes", None),
        (sep(16), "return_claimed", "school", "return_claimed", None, "contradicted_by_attendance"),
        (sep(17), "contradicted", "data", "persuading", None, None),
        (sep(19), "present", "data", "watch", None, None),
        (sep(20), "close", "unit", "watch", "watch_not_over", None),
        (sep(26), "suspicion", "data", "dropout", None, None),
        (sep(27), "present", "data", "watch", None, None),
        (sep(30), "close", "school", "watch", "only_unit_closes", None),
    ]
    assert case(marts, "walked", "state, category, cause, n_reopened, opened_on, returned_on, step, due_on") == (
        *("watch", "dropout", "weary", 1, sep(5), sep(27), "watch_again", date(2019, 12, 26)),
    )
    assert case(marts, "walked", "ladder, n_refused, n_findings, closing_proposed_on, reported_on, report_due_on") == (
        *(2, 3, 1, sep(30), None, sep(27)),
    )


def test_only_the_unit_closes_with_evidence_that_fits(marts):
    assert [row[4] for row in journal(marts, "closed_well", "event = 'close'")] == [
        "not_its_case",
        "evidence_missing",
        "disposition_missing",
        "evidence_unfit",
        None,
    ]
    assert case(marts, "closed_well", "state, outcome, closed_by, closing_evidence, closed_on, days_to_return") == (
        *("closed", "returned", "unit", "attendance", oct_(10), 5),
    )


def test_a_correction_closes_as_a_false_alarm_what_people_acted_on(marts):
    assert case(marts, "corrected", "state, outcome, closed_by, closing_evidence, closed_on, n_actions") == (
        *("closed", "false_alarm", "data", "absence_withdrawn", sep(20), 2),
    )


def test_a_correction_made_before_anybody_spoke_answers_nobody(marts):
    assert case(marts, "corrected_before", "state, channel, step") == ("suspected", "township", "verify")


def test_a_case_that_people_acted_on_outlives_the_absences_it_rested_on(marts):
    assert case(marts, "called_off", "state, outcome, closed_by, opened_on, closed_on, n_actions, channel") == (
        *("closed", "false_alarm", "unit", sep(13), sep(13), 1, "attendance"),
    )


def test_what_nobody_verified_closes_when_the_child_is_back(marts):
    assert case(marts, "back_soon", "state, outcome, closed_by, closing_evidence, closed_on") == (
        *("closed", "came_back", "data", "rule:present", sep(12)),
    )


def test_a_persons_word_is_not_computed_away(marts):
    assert case(marts, "reported_only", "state, step, owner_tier, channel") == ("suspected", "verify", "unit", "unit")
    # Neither by a sick day, after which the class marks presence anew, nor by a claim of the school.
    assert case(marts, "told_then_sick", "state, step") == ("suspected", "verify")
    assert case(marts, "told_then_claimed", "state, step, owner_tier") == ("suspected", "verify", "unit")
    assert case(marts, "hidden", "state, finding, child_status") == ("dropout", "present_though_out", "in_school")


def test_a_false_alarm_is_believed_for_a_month(marts):
    assert journal(marts, "called_false") == [
        (sep(4), "suspicion", "data", "suspected", None, None),
        (sep(4), "report", "school", "suspected", None, None),
        (sep(5), "verify_false", "unit", "closed", None, "closed_while_missing"),
        (sep(27), "dropout_due", "data", "dropout", None, None),
        (oct_(8), "present", "data", "watch", None, None),
    ]
    assert case(marts, "called_false", "category, n_reopened, step") == ("dropout", 0, "watch")


def test_a_case_reopens_within_the_school_year_and_keeps_its_number(marts):
    assert case(marts, "twice", "state, n_reopened, opened_on, episode_from, step") == (
        *("suspected", 1, sep(11), oct_(10), "report"),
    )


def test_a_lost_child_is_not_closable(marts):
    assert [row[4] for row in journal(marts, "lost_child", "event = 'close'")] == ["not_closable"]
    assert case(marts, "lost_child", "state, step, due_on") == ("lost", "search", date(2019, 11, 7))


def test_removals_need_the_municipality(marts):
    assert [row[4] for row in journal(marts, "removed", "event = 'removal_approved'")] == ["tier_may_not", None]
    assert case(marts, "removed", "state, outcome, closed_by, disposition, closing_evidence") == (
        *("closed", "removed", "municipality", "dead", "death_certificate"),
    )
    assert case(marts, "removal_waits", "state, step, owner_tier") == ("removal_pending", "approve", "municipality")
    assert case(marts, "removal_refused", "state, step") == ("suspected", "verify")
    assert [row[4] for row in journal(marts, "removed_alone", "event = 'close'")] == ["needs_municipality"]
    assert case(marts, "removed_alone") == "suspected"


def test_the_unit_of_registration_answers_until_a_receiver_confirms(marts):
    owners = "unit_code, school_code, admin_unit_code, state"
    assert case(marts, "handed", owners) == (OTHER_UNIT, OTHER_SCHOOL, UNIT, "suspected")
    assert [row[4] for row in journal(marts, "handed", "event = 'accept'")] == ["own_hand_over", None]
    assert case(marts, "by_number", owners) == (UNIT, None, UNIT, "suspected")
    assert case(marts, "walked", owners) == (UNIT, SCHOOL, UNIT, "watch")


def test_nobody_takes_a_case_that_is_not_handed_over(marts):
    refused = [row[4] for row in journal(marts, "taken", "actor_role = 'unit'")]
    assert refused == [None, "not_its_case", "not_now", "not_its_case"]
    assert case(marts, "taken", "state, unit_code, child_status") == ("suspected", UNIT, "not_found")


def test_a_verdict_is_not_called_false_in_the_watch(marts):
    assert [row[4] for row in journal(marts, "false_in_watch", "event = 'verify_false'")] == ["verified_before"]
    assert case(marts, "false_in_watch") == "watch"


def test_a_claimed_return_ends_no_verdict(marts):
    assert case(marts, "claimed_after_verdict", "state, category") == ("return_claimed", "never_enrolled")
    assert marts.execute(
        "select status from fct_child_status where child_key = %s and to_on = 'infinity'",
        (id_key("claimed_after_verdict"),),
    ).fetchall() == [("never_enrolled",)]


def test_who_may_see_a_case_sees_all_its_steps(marts):
    seen = "select distinct unit_code, school_code, admin_unit_code from fct_case_action where child_key = %s"
    assert marts.execute(seen, (id_key("handed"),)).fetchall() == [(OTHER_UNIT, OTHER_SCHOOL, UNIT)]


def test_a_watch_of_the_old_ledger_begins_when_the_child_is_seen(marts):
    assert [row[4] for row in journal(marts, "watched_before", "event = 'close'")] == ["return_not_seen"]
    wanted = "state, category, step, owner_tier, unit_code, is_overdue"
    assert case(marts, "watched_before", wanted) == (
        *("return_claimed", "dropout", "prove_return", "municipality", UNIT, True),
    )


def test_a_closing_on_paper_that_the_data_do_not_show_is_a_finding(marts):
    assert case(marts, "paper", "state, outcome, finding") == ("closed", "returned", "closed_while_missing")


def test_a_step_finds_its_child_by_a_printed_number(marts):
    assert case(marts, "by_number", "n_actions, n_persuasions") == (1, 1)
    assert case(marts, "from_old_ledger", "old_case_no, state, n_actions, opened_on, step") == (
        *("TZ0001", "persuading", 1, date(2019, 3, 4), "order"),
    )


def test_a_step_about_nobody_known_is_kept(marts):
    assert marts.execute(
        """select event, unit_code, case_no, refusal from fct_case_action where child_key is null"""
    ).fetchall() == [("persuade", UNIT, None, "child_unknown")]


def test_an_overdue_step_rises_to_the_next_tier(marts):
    # The third day was the 9th, the written report due on the 10th; the unit has until the 14th.
    wanted = "opened_on, report_due_on, step, owner_tier, first_due_on, due_on, is_overdue, n_escalated"
    assert case(marts, "truant_5", wanted) == (*(oct_(9), oct_(10), "report", "unit", oct_(10), oct_(14), True, 1),)
    assert case(marts, "truant_3", wanted) == (*(oct_(11), oct_(14), "report", "school", oct_(14), oct_(14), False, 0),)


def test_the_rule_itself_makes_a_dropout(marts):
    assert case(marts, "truant_20", "state, category, opened_on, state_since, ruled_on, verified_on") == (
        *("dropout", "dropout", sep(11), AS_OF, AS_OF, None),
    )


def test_days_of_grace_are_inclusive(marts):
    # Found nowhere since 2 September: on the ledger on the 9th.
    assert case(marts, "nowhere", "opened_on, category, channel") == (
        *(sep(9), "suspected_never_enrolled", "register_roll"),
    )


@pytest.mark.parametrize(
    "who", ["truant_1", "present", "sick", "not_arrived", "present_in_silent_class", "unit_sent_no_roll"]
)
def test_who_has_no_case(marts, who):
    # not_arrived: transferred out on 23 September, the tenth school day after it is 14 October.
    assert marts.execute("select 1 from fct_case where child_key = %s", (id_key(who),)).fetchall() == []


def test_the_worklist_says_what_to_do(marts):
    rows = marts.execute(
        """select w.owner_tier, step_zh, state_zh, w.name_mask, days_overdue from mon_worklist as w
        join fct_case as c using (case_no) where child_key = %s""",
        (id_key("truant_5"),),
    ).fetchall()
    assert rows == [("unit", "催报：学校未按时书面报告", "疑似（待核）", "王*", 1)]
    places = marts.execute("select place, days_overdue, step_zh from mon_worklist order by place").fetchall()
    assert [place for place, _, _ in places] == list(range(1, len(places) + 1))
    assert all(text for _, _, text in places)


def test_comparisons_count_verdicts(marts):
    rows = dict(
        marts.execute(
            """select comparison, array[sum(n_pending), sum(n_false), sum(n_true)]::integer[] from fct_comparison
            where unit_code = %s group by 1""",
            (UNIT,),
        ).fetchall()
    )
    by_hand = marts.execute(
        """select count(*) filter (where is_open and category not in ('dropout', 'never_enrolled')),
            count(*) filter (where outcome in ('false_alarm', 'came_back', 'accounted'))
        from fct_case where unit_code = %s
            and channel in ('attendance', 'roll_present', 'roll', 'suspension', 'transfer')""",
        (UNIT,),
    ).fetchone()
    assert tuple(rows["roll_present"][:2]) == by_hand
    assert rows["roll_present"][2] > 0 and rows["register_roll"][0] > 0
