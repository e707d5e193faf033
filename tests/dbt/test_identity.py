"""Who each pupil of the scenario is, how that is known, and what people are asked."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from rollcall.identity.numbers import check_digit
from rollcall.identity.record import record_links
from tests.dbt.build import failures, run_dbt
from tests.dbt.conftest import KNOWN_AT
from tests.dbt.municipality import AS_OF, START, id_key, number_key, roll_key
from tests.dbt.scenario import NUMBERS

DECIDING = [
    "stg_identity__verdict",
    "int_follow_verdicts",
    "int_apply_verdicts",
    "int_decide_links",
    "int_list_reviews",
    "int_identify_pupils",
]


def key_of(who: str):
    body = NUMBERS[who][:17]
    return number_key(body + check_digit(body))


def identified(marts, who):
    return marts.execute(
        "select method, outcome, child_key from int_identify_pupils where pupil_key = %s", (roll_key(who),)
    ).fetchone()


@pytest.mark.parametrize(
    ("who", "method"),
    [
        ("wrong_digit", "near_number_one_digit"),
        ("short_number", "near_number_fifteen"),
        ("no_number", "name_birth_district"),
        ("lunar_birthday", "model"),
        ("twin_on_roll", "number_name"),
    ],
)
def test_a_pupil_without_a_usable_number_is_found(marts, who, method):
    assert identified(marts, who) == (method, "linked", key_of(who))


def test_the_link_says_how_sure_it_is(marts):
    rows = dict(marts.execute("select method, bool_and(weight is null) from fct_link group by method").fetchall())
    assert rows["model"] is False and rows["number_name"] is True
    (weight,) = marts.execute(
        "select weight from fct_link where pupil_key = %s", (roll_key("lunar_birthday"),)
    ).fetchone()
    assert 10 <= weight < 60


def test_a_twin_in_doubt_is_asked_and_pending(marts):
    assert identified(marts, "twin_in_doubt")[1] == "in_review"
    pairs = marts.execute(
        "select child_key, reason, agrees, differs from int_list_reviews where person_key = %s order by rank",
        (roll_key("twin_in_doubt"),),
    ).fetchall()
    assert {child for child, *_ in pairs} == {key_of("twin_on_roll"), key_of("twin_missing")}
    assert all("birth" in agrees and "name" in differs for _, _, agrees, differs in pairs)
    status = dict(
        marts.execute(
            "select child_key, rule from fct_child_status where to_on = 'infinity' and child_key = any(%s)",
            ([key_of("twin_on_roll"), key_of("twin_missing")],),
        ).fetchall()
    )
    assert status == {key_of("twin_on_roll"): "present", key_of("twin_missing"): "identity_pending"}


def test_two_people_under_one_number_are_two_children(marts):
    children = marts.execute(
        """select child_key, plain from int_key_children where number_key = %s order by plain""",
        (id_key("shared_number"),),
    ).fetchall()
    assert [plain for _, plain in children] == ["东方朔", "独孤城"]
    ((second, _), (first, _)) = children
    assert first == id_key("shared_number") != second
    assert identified(marts, "shared_number")[2] == second
    # The death recorded under the number names the first: the second sits at its desk.
    assert marts.execute(
        "select rule from fct_child_status where child_key = any(%s) and to_on = 'infinity' order by 1",
        ([first, second],),
    ).fetchall() == [("died",), ("present",)]
    assert marts.execute("select kind from fct_identity_finding where child_key = %s", (second,)).fetchall() == [
        ("number_of_two_on_register",)
    ]


def test_a_formal_roll_number_makes_nobody_new(marts):
    """Whether the number names a child of the register or not: one child, at its desk throughout."""
    assert identified(marts, "promoted") == ("number_name", "linked", id_key("promoted"))
    assert identified(marts, "promoted_before") == ("roll_number_history", "linked", id_key("promoted"))
    first = roll_key("promoted_migrant_before")
    assert {identified(marts, who)[2] for who in ("promoted_migrant", "promoted_migrant_before")} == {first}
    for child in (id_key("promoted"), first):
        statuses = marts.execute(
            "select distinct rule from fct_child_status where child_key = %s and from_on >= %s", (child, START)
        ).fetchall()
        assert statuses == [("present",)]
    gone = [roll_key("promoted"), roll_key("promoted_before"), roll_key("promoted_migrant")]
    assert not marts.execute("select 1 from fct_child_status where child_key = any(%s)", (gone,)).fetchall()


def test_findings(marts):
    found = set(marts.execute("select kind, pupil_key from fct_identity_finding").fetchall())
    assert ("number_of_another", roll_key("thief")) in found
    assert ("unknown_to_police", roll_key("migrant")) in found
    assert ("on_roll_after_death", roll_key("died")) not in found, "the death is of the published date itself"
    assert not {pupil for kind, pupil in found if kind == "unknown_to_police"} & {roll_key("twin_in_doubt")}
    twice = marts.execute("select child_key from fct_identity_finding where kind = 'registered_twice'").fetchall()
    pairs = {id_key(f"{who}{again}") for who in ("registered_first", "nowhere_first") for again in ("", "_again")}
    assert {child for (child,) in twice} == pairs


def test_a_monitor_adds_up(marts):
    assert marts.execute(
        """select count(*) from mon_identity
        where n_pupils <> n_by_number + n_by_rule + n_by_model + n_by_verdict + n_in_review + n_unlinked
            or abs(by_number_share + by_rule_share + by_model_share + by_verdict_share - linked_share) > 0.00001"""
    ).fetchone() == (0,)
    assert (
        marts.execute("select sum(n_pupils), sum(n_open_reviews) from mon_identity").fetchone()
        == marts.execute(
            """select (select count(*) from int_identify_pupils),
                (select count(*) from int_list_reviews where subject = 'roll')"""
        ).fetchone()
    )


def decide(built: str, *selected: str) -> None:
    done = run_dbt(built, str(AS_OF), KNOWN_AT, "run", "--select", *(selected or DECIDING))
    assert failures(done) == []


@pytest.fixture
def decided(built, marts) -> Iterator[None]:
    """Somebody has said that the pupil in doubt is the missing twin."""
    record_links(marts, f"{built}_work", AS_OF, datetime.fromisoformat(KNOWN_AT))
    marts.execute(
        """update identity.review set verdict = 'same', decided_by = 'li', decided_at = %s, why = 'seen'
        where pupil_key = %s and child_key = %s""",
        (KNOWN_AT, roll_key("twin_in_doubt"), key_of("twin_missing")),
    )
    marts.commit()
    yield
    marts.rollback()
    marts.execute("delete from identity.link")
    marts.execute("delete from identity.review")
    marts.commit()
    # Views on what was replaced went with it: all that comes after is made again.
    decide(built, "stg_identity__verdict+")


def test_a_verdict_holds_until_the_evidence_changes(built, marts, decided):
    decide(built)
    assert identified(marts, "twin_in_doubt") == ("verdict", "linked", key_of("twin_missing"))
    assert not marts.execute(
        "select 1 from int_list_reviews where person_key = %s", (roll_key("twin_in_doubt"),)
    ).fetchall()
    # The rows that lead there are rebuilt from nothing, and the verdict is still there.
    marts.execute(
        "update int_key_unlinked set birth_on = birth_on - 1 where person_key = %s", (roll_key("twin_in_doubt"),)
    )
    marts.commit()
    decide(built)
    assert identified(marts, "twin_in_doubt")[1] == "in_review", "other evidence: asked again"
    marts.execute(
        "update int_key_unlinked set birth_on = birth_on + 1 where person_key = %s", (roll_key("twin_in_doubt"),)
    )
    marts.commit()


def test_a_later_verdict_is_not_known_earlier(built, marts, decided):
    marts.execute("update identity.review set decided_at = decided_at + interval '1 day' where verdict is not null")
    marts.commit()
    decide(built)
    assert identified(marts, "twin_in_doubt")[1] == "in_review"
