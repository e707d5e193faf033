"""The rules on rows and on whole deliveries, one case each."""

import pytest

from rollcall.contracts.load import contract
from tests.contracts.staging import SCHOOLS, SENDER, bound, broken, id_number, sound_row, stage

GOOD = id_number(1)
BAD_CHECK = GOOD[:-1] + ("1" if GOOD[-1] != "1" else "2")


@pytest.fixture
def check(conn):
    """Stage sound rows of a feed with some cells changed (row number -> changes); the rules they break."""
    conn.execute("delete from history.school where sender = %s", [SENDER])
    for code in SCHOOLS:
        conn.execute(
            """insert into history.school (sender, school_code, n_pupils_declared, row_hash, line,
                valid_from, known_from, filed_by)
            values (%s, %s, 5, gen_random_uuid(), 2, '2019-09-01', '2019-09-01', 0)""",
            [SENDER, code],
        )

    def run(feed, changes=None, n_rows=6, **facts):
        rows = [sound_row(contract(feed), n) for n in range(1, n_rows + 1)]
        for place, cells in (changes or {}).items():
            rows[place] |= cells
        stage(conn, "row_rules", contract(feed), rows)
        return broken(conn, "row_rules", feed, **({"n_read": str(len(rows))} | facts))

    return run


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        (BAD_CHECK, "id_check"),
        (GOOD[:-1], "id_shape"),
        ("123456100305123", "id_shape"),
        ("50090820100230123X", "id_date"),
        ("5.00908E+17", "number_destroyed"),
        ("5.00908E17", "number_destroyed"),
        ("5.00908 E+17", "number_destroyed"),
        ("5.00908201003051E+17", "number_destroyed"),
        (GOOD[:15] + "000", "number_destroyed"),
        (None, "id_missing"),
    ],
)
def test_identity_numbers_on_a_roll(check, number, rule):
    assert list(check("roll", {2: {"id_number": number}})) == [(rule, "id_number")]


@pytest.mark.parametrize("feed", ["roll", "population"])
def test_a_number_in_000_whose_check_digit_fits_is_doubted_and_never_rejected(check, feed):
    fitting = id_number(100, "20100304")
    assert fitting.endswith("000")
    facts = {"sender": "'police-500101'"} if feed == "population" else {}
    found = check(feed, {2: {"id_number": fitting, "birth_on": "2010-03-04", "sex": "2"}}, **facts)
    assert found == {("number_doubtful", "id_number"): [4]}
    assert {item["meta"]["action"] for item in bound(feed) if item["meta"]["rule"] == "number_doubtful"} == {"warn"}


@pytest.mark.parametrize(
    ("feed", "column", "action"), [("aid_payment", "account_hash", "reject"), ("population", "household_no", "warn")]
)
def test_a_destroyed_account_costs_the_row_and_a_destroyed_household_only_itself(check, feed, column, action):
    facts = {"sender": "'police-500101'"} if feed == "population" else {}
    shown = {0: "5.00908E+08", 1: "6.22848 E18", 2: "6228480000000120000", 3: "e" * 32, 4: None}
    found = check(feed, {place: {column: text} for place, text in shown.items()}, **facts)
    assert found == {("number_destroyed", column): [2, 3], ("number_doubtful", column): [4]}
    actions = {
        (item["meta"]["rule"], item["meta"]["action"]) for item in bound(feed) if item["meta"].get("column") == column
    }
    assert actions == {("number_destroyed", action), ("number_doubtful", "warn")}


def test_a_class_may_be_called_7E1(check):
    assert check("class_return", {0: {"class_no": "7E1"}}) == {}
    assert check("class_return", {0: {"class_no": "7E11"}}) == {("number_destroyed", "class_no"): [2]}


def test_only_a_destroyed_number_takes_a_pupil_off_the_roll():
    actions, police = (
        {
            item["meta"]["rule"]: item["meta"]["action"]
            for item in bound(feed)
            if item["meta"].get("column") == "id_number"
        }
        for feed in ("roll", "population")
    )
    assert actions["number_destroyed"] == "reject"
    assert {actions[rule] for rule in ("id_check", "id_date", "id_shape", "id_missing")} == {"warn"}
    assert {police[rule] for rule in ("id_check", "id_date", "id_shape", "number_destroyed")} == {"reject"}


def test_other_documents_are_not_held_to_the_shape_of_an_id(check):
    changes = {0: {"id_type": "Z", "id_number": None}, 1: {"id_type": "A", "id_number": "G12345678"}}
    assert check("roll", changes) == {}


def test_sex_and_birth_date_against_the_number(check):
    found = check("roll", {1: {"sex": "1"}, 3: {"birth_on": "2010-03-06"}})
    assert found == {("id_sex_differs", "sex"): [3], ("id_birth_differs", "birth_on"): [5]}


def test_birth_date_range(check):
    born = ("1997-09-01", "1997-09-02", "2017-09-02", "2017-09-03")
    changes = {n: {"birth_on": on, "id_type": "Z", "id_number": None} for n, on in enumerate(born)}
    assert check("roll", changes) == {("birth_out_of_range", "birth_on"): [2, 5]}


def test_the_birth_date_range_moves_with_the_business_date(check):
    changes = {0: {"birth_on": "2019-08-31", "id_type": "Z", "id_number": None}}
    assert check("roll", changes) == {("birth_out_of_range", "birth_on"): [2]}
    assert check("roll", changes, business_date="'2023-09-04'::date") == {}


@pytest.mark.parametrize("value", ["2010-02-30", "2010-2-3", "20100203", "昨天", "2010-02-2X", "infinity"])
def test_unreadable_dates(check, value):
    found = check("roll", {0: {"birth_on": value, "id_type": "Z", "id_number": None}})
    assert ("date_unreadable", "birth_on") in found


def test_dates_against_the_business_date(check):
    assert check("aid_payment", {0: {"paid_on": "2019-10-03"}}) == {}
    found = check("aid_payment", {0: {"paid_on": "2019-10-04"}, 1: {"paid_on": "1999-12-31"}})
    assert found == {("date_out_of_range", "paid_on"): [2, 3]}
    assert check("roll_change", {0: {"ends_on": "2021-06-30"}}) == {}


def test_repeated_rows_keep_the_first_and_conflicts_keep_none(check):
    first = sound_row(contract("roll"), 1)
    repeated = check("roll", {2: first, 4: first})
    assert repeated == {("row_repeated", "roll_number"): [4, 6]}
    conflict = check("roll", {2: first | {"class_no": "other"}})
    assert conflict == {("key_conflict", "roll_number"): [2, 4]}


def test_rows_that_differ_only_in_a_blank_are_not_repeats(check):
    first = sound_row(contract("roll"), 1)
    assert check("roll", {2: first | {"former_name": None}}) == {("key_conflict", "roll_number"): [2, 4]}
    blank = first | {"former_name": None}
    assert check("roll", {0: blank, 2: blank}) == {("row_repeated", "roll_number"): [4]}


def test_schools_must_be_the_units_own_and_known_in_time(check):
    assert check("roll", {0: {"school_code": "2150900999"}}) == {("school_unknown", "school_code"): [2]}
    before = {"known_at": "'2019-08-31 00:00:00+08'::timestamptz"}
    assert check("staff", **before) == {("school_unknown", "school_code"): [2, 3, 4, 5, 6, 7]}


def test_a_transfer_concerns_the_unit_if_either_school_is_its_own(check):
    elsewhere, own = "2150900999", SCHOOLS[0]
    changes = {
        0: {"from_school_code": own, "to_school_code": elsewhere},
        1: {"from_school_code": elsewhere, "to_school_code": own},
        2: {"from_school_code": None, "to_school_code": None},
        3: {"from_school_code": elsewhere, "to_school_code": None},
    }
    assert check("roll_change", changes) == {("school_unknown", "from_school_code"): [5]}


def test_rows_against_reading_manifest_and_totals(check, conn):
    assert check("school_base", manifest_rows="6", declared_total="6") == {}
    found = {rule for rule, _ in check("school_base", n_read="7", manifest_rows="5", declared_total="8")}
    assert found == {"staged_rows_complete", "rows_differ_from_manifest", "rows_differ_from_totals"}
    conn.execute("truncate stage.row_rules")
    query = bound("school_base", n_read="6")[0]["kwargs"]["unexpected_rows_query"]
    assert conn.execute(query.format(batch="stage.row_rules")).fetchall() == [(0,)]


@pytest.mark.parametrize(("declared", "is_short"), [(19, False), (22, False), (23, True)])
def test_a_roll_is_held_against_the_declared_pupils(check, conn, declared, is_short):
    conn.execute("update history.school set n_pupils_declared = %s where school_code = %s", [declared, SCHOOLS[0]])
    found = check("roll", n_rows=40)
    assert (("roll_truncated", "school_code") in found) == is_short


def test_a_school_that_is_missing_altogether_refuses_the_roll(check, conn):
    conn.execute("update history.school set n_pupils_declared = 20 where school_code = %s", [SCHOOLS[0]])
    check("roll", {place: {"school_code": SCHOOLS[1]} for place in range(6)})
    rule = next(item for item in bound("roll") if item["meta"]["rule"] == "roll_truncated")
    query = rule["kwargs"]["unexpected_rows_query"].format(batch="stage.row_rules")
    assert conn.execute(query).fetchall() == [(SCHOOLS[0], 20, 0)]


@pytest.mark.parametrize(
    ("feed", "cells", "rule"),
    [
        ("roll", {"inclusion": "3", "disability_kind": "1"}, "inclusion_inconsistent"),
        ("roll", {"inclusion": "3", "disability_kind": "5"}, None),
        ("roll", {"inclusion": "0", "disability_kind": "5"}, None),
        ("roll", {"inclusion": "4", "disability_kind": None}, "inclusion_inconsistent"),
        ("class_return", {"n_present": "37"}, "counts_do_not_add_up"),
        ("class_return", {"day": "2019-08-26"}, None),
        ("class_return", {"day": "2019-08-25"}, "day_outside_window"),
        ("absence", {"day": "2019-09-03"}, "day_outside_window"),
        ("aid_payment", {"amount_fen": "0"}, "amount_not_positive"),
        ("aid_payment", {"rate_fen": "-100"}, "amount_not_positive"),
        ("placement", {"n_visits_done": "2", "n_visits_planned": None}, "visits_without_plan"),
        ("placement", {"n_visits_done": "0", "n_visits_planned": None}, None),
        ("placement", {"placement_kind": "home_teaching", "plan_no": None}, "plan_missing"),
        ("placement", {"placed_on": "2019-09-02", "ended_on": "2019-09-01"}, "dates_reversed"),
        ("calendar", {"school_day": "0.5"}, None),
        ("calendar", {"school_day": "2"}, "school_day_unknown"),
        ("school", {"parent_school_code": "2150900999"}, "parent_school_unknown"),
        ("school_base", {"school_year": "2018-2020"}, "years_apart"),
        ("population", {"district_code": "500102"}, "district_differs_from_sender"),
        (
            "case_action",
            {"roll_number": None, "case_no": None, "id_number": None, "birth_on": None},
            "child_not_named",
        ),
        ("case_action", {"roll_number": None, "case_no": None}, None),
        ("disability_register", {"certificate_no": "50090820100305000000"}, "number_destroyed"),
    ],
)
def test_rules_of_one_feed(check, feed, cells, rule):
    facts = {"sender": "'police-500101'"} if feed == "population" else {}
    found = {name for name, _ in check(feed, {2: cells}, **facts)}
    assert (rule in found) if rule else (not found)
