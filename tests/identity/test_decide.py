"""The guards between a likely pair and a link."""

import duckdb
import pytest

from rollcall.identity.decide import decide
from rollcall.identity.model import model

LIKELY = {"weight": 20.0, "name_level": "exact", "birth_level": "exact", "sex_level": "equal",
          "number_level": "unknown", "place_level": "same", "is_twin": False,
          "has_namesake": False, "is_refused": False, "lapsed": None}  # fmt: skip


def outcome(*pairs: dict) -> list[tuple]:
    """(decision, reason) of one person's pairs with child 1, 2, ...; each like LIKELY but for what is named."""
    with duckdb.connect() as con:
        con.execute("create table child (unique_id varchar, is_twin boolean)")
        con.execute("create table refused (person varchar, child varchar)")
        con.execute("create table lapsed (person varchar, child varchar, is_different boolean)")
        namesake = any(pair.get("has_namesake") for pair in pairs)
        con.execute("create table person as select 'p' as unique_id, ?::boolean as has_namesake", [namesake])
        con.execute(
            """create table scored (person varchar, child varchar, weight double, name_level varchar,
            birth_level varchar, sex_level varchar, number_level varchar, place_level varchar)"""
        )
        for number, pair in enumerate(pairs, start=1):
            row = LIKELY | pair
            del row["has_namesake"]
            if row.pop("is_refused"):
                con.execute("insert into refused values ('p', ?)", [str(number)])
            if lapsed := row.pop("lapsed"):
                con.execute("insert into lapsed values ('p', ?, ?)", [str(number), lapsed == "different"])
            con.execute("insert into child values (?, ?)", [str(number), row.pop("is_twin")])
            con.execute("insert into scored values ('p', ?, ?, ?, ?, ?, ?, ?)", [str(number), *row.values()])
        decide(con, model())
        return con.execute("select decision, reason from decided order by child").fetchall()


def test_a_likely_pair_is_linked():
    assert outcome({}) == [("link", None)]


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ({"weight": model().thresholds.link}, ("link", None)),
        ({"weight": model().thresholds.link - 0.01}, ("review", "low_weight")),
        ({"weight": model().thresholds.review}, ("review", "low_weight")),
        ({"weight": model().thresholds.review - 0.01}, ("none", "low_weight")),
        ({"name_level": "sound"}, ("link", None)),
        ({"name_level": "lost"}, ("link", None)),
        # 王□ may be 王犇 or his twin 王垚, whosever number it is.
        ({"name_level": "lost", "is_twin": True}, ("review", "other_name")),
        ({"name_level": "lost", "is_twin": True, "number_level": "exact"}, ("review", "other_name")),
        ({"name_level": "near"}, ("link", None)),
        ({"name_level": "near", "is_twin": True}, ("review", "other_name")),
        ({"name_level": "given", "is_twin": True}, ("review", "other_name")),
        ({"name_level": "surname"}, ("review", "other_name")),
        ({"name_level": "surname", "number_level": "near"}, ("link", None)),
        ({"name_level": "surname", "number_level": "near", "is_twin": True}, ("review", "other_name")),
        ({"name_level": "surname", "number_level": "near", "birth_level": "slip"}, ("review", "other_name")),
        ({"name_level": "different", "number_level": "exact"}, ("review", "other_name")),
        ({"name_level": "unknown"}, ("review", "other_name")),
        # A stranger's number brings birth date and sex with it, a sibling's the township too.
        ({"name_level": "different", "number_level": "exact", "weight": 90.0}, ("review", "other_name")),
        ({"name_level": "different", "number_level": "near", "weight": 90.0}, ("review", "other_name")),
        ({"name_level": "surname", "number_level": "exact", "birth_level": "lunar"}, ("review", "other_name")),
        ({"name_level": "surname", "number_level": "cut"}, ("review", "other_name")),
        # 王小刚 under the number and birth date of 王小明, and the register has a 王小刚 with the same guardian.
        ({"name_level": "near", "number_level": "exact", "has_namesake": True}, ("review", "namesake")),
        ({"name_level": "surname", "number_level": "exact", "has_namesake": True}, ("review", "namesake")),
        ({"name_level": "given", "number_level": "near", "has_namesake": True}, ("review", "namesake")),
        ({"number_level": "exact", "has_namesake": True}, ("link", None)),
        # 王□ under the number of 王垚, and the register has a 王犇 with the same guardian.
        ({"name_level": "lost", "number_level": "exact", "has_namesake": True}, ("review", "namesake")),
        ({"number_level": "conflict"}, ("link", None)),
        ({"number_level": "conflict", "name_level": "sound"}, ("review", "two_numbers")),
        ({"number_level": "conflict", "birth_level": "lunar"}, ("review", "two_numbers")),
        ({"number_level": "conflict", "sex_level": "different"}, ("review", "two_numbers")),
    ],
)
def test_thresholds_and_guards(pair, expected):
    assert outcome(pair) == [expected]


def test_the_likeliest_must_be_ahead():
    margin = model().thresholds.margin
    assert outcome({}, {"weight": 20 - margin}) == [("link", None), ("none", "close_call")]
    assert outcome({}, {"weight": 20.01 - margin}) == [("review", "close_call")] * 2


def test_a_guard_is_not_passed_by_falling_to_the_next():
    """The likeliest is a twin with another name: the next child, though the names agree, is not linked instead."""
    found = outcome({"weight": 30.0, "name_level": "near", "is_twin": True}, {"weight": 20.0})
    assert found == [("review", "other_name"), ("review", "close_call")]


def test_nobody_is_asked_to_tell_many_alike_apart():
    shown = model().thresholds.shown
    assert outcome(*[{}] * shown) == [("review", "close_call")] * shown
    assert outcome(*[{}] * (shown + 1)) == [("none", "too_many")] * (shown + 1)


def test_whom_people_have_refused_is_no_candidate():
    """A was refused; A's weight now would suppress B, who alone is left to be asked about."""
    assert outcome({"is_refused": True}, {"weight": 14.0}) == [("none", "different"), ("link", None)]
    assert outcome({"is_refused": True}, {"weight": 9.0}) == [("none", "different"), ("review", "low_weight")]
    assert outcome({"is_refused": True}) == [("none", "different")]


def test_what_was_decided_of_other_evidence_is_asked_again():
    """Whom somebody has called two is never linked by itself; nor is anybody else instead, while it is as likely."""
    assert outcome({"lapsed": "different"}) == [("review", "said_before")]
    assert outcome({"lapsed": "different", "weight": -20.0}) == [("review", "said_before")]
    assert outcome({"lapsed": "different"}, {"weight": 14.0}) == [("review", "said_before"), ("review", "close_call")]
    assert outcome({"lapsed": "same"}) == [("link", None)]
    assert outcome({"lapsed": "same", "weight": -20.0}) == [("review", "low_weight")]
    assert outcome({"lapsed": "same", "weight": -20.0}, {}) == [("none", "low_weight"), ("link", None)]


def test_a_name_that_sounds_alike_is_the_siblings_who_writes_it_so():
    assert outcome({"name_level": "sound", "has_namesake": True}) == [("review", "namesake")]
    assert outcome({"name_level": "exact", "has_namesake": True}) == [("link", None)]
