"""Delivery quality, figures, identity and privacy of the built marts."""

from datetime import date, timedelta

from rollcall.identity.model import model
from rollcall.identity.record import record_links
from tests.dbt.conftest import KNOWN_AT
from tests.dbt.municipality import AS_OF, UNIT, id_key, roll_key


def states(marts, feed: str, sender: str):
    return dict(
        marts.execute(
            """select due_on::text, state from fct_delivery_quality
            where feed = %s and sender = %s and part = 'whole'""",
            (feed, sender),
        ).fetchall()
    )


def test_a_delivery_that_never_came_is_a_row(marts):
    rolls = states(marts, "roll", UNIT)
    assert rolls["2019-09-02"] == "on_time"  # two days late is not late
    assert rolls["2019-09-09"] == "late"
    assert rolls["2019-09-16"] == "refused"
    assert rolls["2019-09-30"] == "missing"
    assert rolls["2019-10-07"] == "overdue"
    assert states(marts, "roll", "nobody") == {"2019-09-16": "not_applicable"}
    assert states(marts, "class_return", "platform")["2019-10-11"] == "too_early"
    assert "2019-10-02" not in states(marts, "class_return", "platform")


def test_figures_agree_with_the_verdict(marts):
    (open_now,) = marts.execute("select count(*) from fct_child_status where is_open and to_on = 'infinity'").fetchone()
    assert marts.execute("select n_open, accounted_share between 0 and 1 from mon_municipality").fetchone() == (
        open_now,
        True,
    )
    units = marts.execute("select sum(n_open) from mon_unit").fetchone()
    assert units == (open_now,)


def test_an_indicator_without_inputs_says_so(marts):
    assert marts.execute(
        """select indicator, numerator, value, is_available from fct_indicator
        where indicator in ('never_enrolled_rate', 'cohort_retention', 'nine_year_retention') order by 1"""
    ).fetchall() == [
        (name, None, None, False) for name in ("cohort_retention", "never_enrolled_rate", "nine_year_retention")
    ]


def test_orphans_are_counted(marts):
    # The absences of a child whose roll number was mistyped, and nothing else.
    assert marts.execute("select sum(n_orphan_rows) from int_count_orphans").fetchone() == (10,)


def test_links_are_recorded_once_and_doubts_too(marts):
    def recorded():
        return record_links(marts, "dbt_test_work", AS_OF, KNOWN_AT)

    first = recorded()
    assert first.links_added > 20 and first.reviews_added == 4
    assert recorded() == (0, 0, 0, 0)
    assert marts.execute(
        "select child_key, method, model_version, valid_from from identity.link where pupil_key = %s",
        (roll_key("old_number"),),
    ).fetchall() == [(id_key("old_number"), "number_name", model().version, date(2019, 9, 2))]
    assert marts.execute(
        "select child_key, subject, unit_code, 'number' = any(agrees), 'name' = any(differs) from identity.review "
        "where pupil_key = %s",
        (roll_key("other_sex"),),
    ).fetchall() == [(id_key("other_sex"), "roll", UNIT, True, True)]
    # Nothing but the number agrees: there is nothing to ask.
    assert not marts.execute("select from identity.review where pupil_key = %s", (roll_key("thief"),)).fetchall()
    marts.rollback()


def test_a_link_that_is_no_longer_concluded_is_retired_not_erased(marts):
    record_links(marts, "dbt_test_work", AS_OF, KNOWN_AT)
    marts.execute("delete from int_identify_pupils where pupil_key = %s", (roll_key("present"),))
    later = record_links(marts, "dbt_test_work", AS_OF, f"{AS_OF} 23:00:00+08")
    assert later == (0, 1, 0, 0)
    assert marts.execute(
        "select known_to::text from identity.link where pupil_key = %s", (roll_key("present"),)
    ).fetchall() == [("2019-10-11 23:00:00+08",)]
    marts.rollback()


def test_no_name_is_stored_outside_the_vault(marts):
    tables = marts.execute(
        """select n.nspname || '.' || c.relname from pg_class as c
        join pg_namespace as n on n.oid = c.relnamespace
        where n.nspname = 'dbt_test' and c.relkind = 'r'"""
    ).fetchall()
    for (table,) in tables:
        found = marts.execute(f"select count(*) from {table} as t where t::text ~ '王小明|欧阳|孤儿'").fetchone()
        assert found == (0,), table


def test_what_is_to_be_asked_today_is_told_by_class(marts):
    told = marts.execute("select rule, sum(n_children), count(class_no) from mon_roll_call group by 1").fetchall()
    stand = marts.execute(
        """select rule, count(*) from fct_child_status where to_on = 'infinity'
            and rule in (
                'absent_1', 'class_silent', 'class_short', 'no_report_yet', 'suspension_over', 'leave_unproved'
            ) group by 1"""
    ).fetchall()
    assert {rule: n for rule, n, _ in told} == dict(stand)
    assert {"absent_1", "class_silent"} <= dict(stand).keys() and all(n_classes for _, _, n_classes in told)
    (texts,) = marts.execute("select count(*) from mon_roll_call where task_zh is null or since_on > as_of").fetchone()
    assert texts == 0


def test_a_function_gives_the_status_of_any_date(marts):
    days = [date(2019, 9, 2), date(2019, 9, 20), AS_OF]
    for day in days:
        told = marts.execute("select child_key, rule from status_on(%s) order by 1", (day,)).fetchall()
        spells = "select child_key, rule from fct_child_status where from_on <= %(d)s and to_on > %(d)s order by 1"
        assert told and told == marts.execute(spells, {"d": day}).fetchall()
        assert len({child for child, _ in told}) == len(told)
    assert marts.execute("select count(*) from status_on(%s)", (AS_OF + timedelta(days=1),)).fetchone() == (0,)
