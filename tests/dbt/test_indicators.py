"""Indicators of the built scenario, and what a login of each tier may read of them."""

import pytest

from tests.dbt.municipality import SCHOOL, UNIT
from tests.dbt.test_security import ask, logins  # noqa: F401  the fixture of the logins

SMALL = "numerator between 1 and 4 or denominator between 1 and 4 or denominator - numerator between 1 and 4"


def value(marts, indicator, tier="municipality", breakdown="all", breakdown_value="all"):
    return marts.execute(
        """select numerator, denominator from fct_indicator
        where indicator = %s and tier = %s and breakdown = %s and breakdown_value = %s""",
        (indicator, tier, breakdown, breakdown_value),
    ).fetchone()


def test_who_has_dropped_out_of_whom(marts):
    assert value(marts, "dropout_rate") == (
        # not_arrived: its ten school days are over on 14 October.
        len(["truant_20", "verified_dropout", "withdrawn"]),
        marts.execute(
            """select count(distinct child_key) from fct_enrolment as e
            join int_date_school_years as y on e.unit_code = y.unit_code and y.school_year = 2019
            where y.roll_on <@ daterange(e.from_on, e.to_on)"""
        ).fetchone()[0],
    )


@pytest.mark.parametrize(
    "indicator", ["children", "open", "net_enrolment", "dropout_rate", "cases_open", "poor_cases_open"]
)
@pytest.mark.parametrize("breakdown", ["sex", "stage", "grade"])
def test_a_breakdown_adds_up_to_the_whole(marts, indicator, breakdown):
    whole, parts = marts.execute(
        """select sum(numerator) filter (where breakdown = 'all'), sum(numerator) filter (where breakdown = %s)
        from fct_indicator where tier = 'municipality' and indicator = %s""",
        (breakdown, indicator),
    ).fetchone()
    if breakdown == "grade":  # children off the rolls have none, nor those who never had a seat
        assert parts is None or 0 < parts <= whole
    else:
        assert parts == whole > 0


@pytest.mark.parametrize(
    ("breakdown", "field"), [("grade", "k.last_grade::text"), ("sex", "k.sex"), ("zone", "u.zone")]
)
def test_cases_are_broken_down_as_the_ledger_has_them(marts, breakdown, field):
    told = marts.execute(
        """select breakdown_value, numerator, denominator from fct_indicator
        where tier = 'municipality' and indicator = 'report_on_time_share' and breakdown = %s order by 1""",
        (breakdown,),
    ).fetchall()
    ledger = marts.execute(
        f"""select {field}, count(*) filter (where c.is_reported_on_time), count(c.is_reported_on_time)
        from fct_case as c join int_group_case_children as k on c.child_key = k.child_key
        left join seed_unit as u on c.unit_code = u.unit_code
        where {field} is not null group by 1 order by 1"""
    ).fetchall()
    assert told == ledger and any(n for _, _, n in told)


def test_no_breakdown_is_shared_with_other_tiers(logins, built):  # noqa: F811
    for role, own in (("reader_unit", f"unit_code = '{UNIT}'"), ("reader_school", f"school_code = '{SCHOOL}'")):
        assert seen(role, built, f"breakdown = 'sex' and indicator = 'cases_open' and {own}")
        assert not seen(role, built, f"breakdown <> 'all' and not coalesce({own}, false)")


def test_need_is_the_points_of_the_open_children(marts):
    told = marts.execute(
        """select n.unit_code, n.points from mon_need as n where n.tier = 'unit' order by 1"""
    ).fetchall()
    assert (
        told
        == marts.execute(
            """select s.unit_code, sum(n.points) from fct_child_status as s
        join seed_need as n on s.status = n.status where s.to_on = 'infinity' group by 1 order by 1"""
        ).fetchall()
    )
    assert marts.execute(
        "select school_code from mon_need where rank_in_municipality = 1 and tier = 'school'"
    ).fetchall()
    open_without_points = "select status from seed_status where is_open except select status from seed_need"
    assert marts.execute(open_without_points).fetchall() == []


def test_every_indicator_is_named_and_measured_or_not_available(marts):
    missing = marts.execute(
        "select indicator from dim_indicator except select indicator from fct_indicator where tier = 'municipality'"
    ).fetchall()
    assert missing == []


def seen(role, built, where):
    return ask(role, f"select numerator, is_hidden from mon_indicator where {where}", built)


def test_the_owning_tier_sees_its_small_cells(logins, built):  # noqa: F811
    small = f"breakdown = 'all' and not is_hidden and indicator !~ '^deliveries' and ({SMALL})"
    for role, own in (
        ("reader_unit", f"unit_code = '{UNIT}'"),
        ("reader_school", f"school_code = '{SCHOOL}'"),
        ("reader_city", "true"),
    ):
        assert seen(role, built, f"{small} and {own}")
        assert not seen(role, built, f"{small} and not coalesce({own}, false)")
    assert seen("reader_nobody", built, "true") == []


def test_others_are_seen_with_small_cells_hidden(logins, built):  # noqa: F811
    others = f"tier = 'unit' and unit_code <> '{UNIT}' and indicator = 'open'"
    assert seen("reader_unit", built, others)
    hidden = seen("reader_unit", built, f"{others} and is_hidden")
    assert hidden and all(numerator is None for numerator, _ in hidden)
    # The school does not own its unit's figures.
    assert seen("reader_school", built, f"tier = 'unit' and unit_code = '{UNIT}' and breakdown <> 'all'") == []
    assert seen("reader_school", built, f"tier = 'school' and school_code <> '{SCHOOL}'") == []
    # The municipality answers for all and reads all; nothing is told twice.
    assert seen("reader_city", built, "is_hidden") == []
    for role in ("reader_city", "reader_unit", "reader_school"):
        doubled = ask(
            role,
            """select 1 from mon_indicator group by tier, unit_code, school_code, breakdown, breakdown_value, indicator
            having count(*) > 1""",
            built,
        )
        assert doubled == []
