"""The suites in PostgreSQL: sound rows pass; on dirty ones Great Expectations and the predicates agree."""

import time

import pytest

from rollcall.contracts.load import contract, contracts
from rollcall.contracts.predicates import ROWS, predicate
from rollcall.ingest.evaluate import NotEvaluated, evaluate
from tests.contracts.staging import bound, dirty_rows, sound_row, stage, validate

FEEDS = sorted(contracts())


@pytest.fixture
def schools(conn):
    """Two schools of the sender, declared before the business date."""
    from tests.contracts.staging import SCHOOLS, SENDER

    conn.execute("delete from history.school where sender = %s", [SENDER])
    for code in SCHOOLS:
        conn.execute(
            """insert into history.school (sender, school_code, n_pupils_declared, row_hash, line,
                valid_from, known_from, filed_by)
            values (%s, %s, 5, gen_random_uuid(), 2, '2019-09-01', '2019-09-01', 0)""",
            [SENDER, code],
        )
    conn.commit()
    yield
    conn.rollback()
    conn.execute("delete from history.school where sender = %s", [SENDER])
    conn.commit()


@pytest.fixture
def table(conn):
    """Name of a stage table, dropped afterwards."""
    yield "contracts_test"
    conn.rollback()
    conn.execute("drop table if exists stage.contracts_test")
    conn.commit()


@pytest.mark.parametrize("feed", FEEDS)
def test_sound_rows_break_no_rule(conn, schools, table, feed):
    rows = [sound_row(contract(feed), n) for n in range(1, 11)]
    stage(conn, table, contract(feed), rows)
    conn.commit()
    suite = bound(feed, n_read="10", manifest_rows="10", declared_total="10")
    results = validate(table, suite)
    failed = [
        (item["meta"]["rule"], item["kwargs"].get("column"))
        for item, result in zip(suite, results, strict=True)
        if not result.success
    ]
    assert failed == []
    assert evaluate("stage", table, suite) == [result.success for result in results]


@pytest.mark.parametrize("feed", FEEDS)
def test_predicates_count_what_great_expectations_counts(conn, schools, table, feed):
    rows = dirty_rows(contract(feed), 120)
    stage(conn, table, contract(feed), rows)
    conn.commit()
    suite = bound(feed, n_read=str(len(rows)))
    results = validate(table, suite)
    # The gate's way through Great Expectations, and the one that its own documentation shows.
    assert evaluate("stage", table, suite) == [result.success for result in results]
    seen = 0
    for item, result in zip(suite, results, strict=True):
        assert not any(
            isinstance(info, dict) and info.get("raised_exception")
            for info in [result.exception_info, *(result.exception_info or {}).values()]
        ), (item, result.exception_info)
        if item["meta"]["action"] == "refuse":
            continue
        where = predicate(item).replace("{batch}", f"stage.{table}")
        (n,) = conn.execute(f"select count(*) from stage.{table} where {where}").fetchone()
        counted = result.result.get("unexpected_count", result.result.get("observed_value"))
        assert counted == n, item["meta"]
        assert result.success == (n == 0)
        seen += n
    assert seen > 0


def test_an_expectation_that_cannot_be_computed_is_no_verdict(conn, schools, table):
    stage(conn, table, contract("roll"), [sound_row(contract("roll"), n) for n in range(3)])
    conn.commit()
    suite = bound("roll", n_read="3")
    for broken in (
        {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "no_such_column"}},
        {"type": ROWS, "kwargs": {"unexpected_rows_query": "select line from {batch} where 1 / (line - line) = 1"}},
    ):
        with pytest.raises(NotEvaluated) as caught:
            evaluate("stage", table, [*suite[:5], broken, *suite[5:]])
        assert caught.value.place == 5
    assert all(evaluate("stage", table, suite[:5])), "the one before leaves nothing behind"


def test_the_suite_of_a_large_roll_is_quick(conn, schools, table):
    """Not a benchmark: only that no rule is slow by an order of magnitude."""
    feed = contract("roll")
    rows = [sound_row(feed, n) for n in range(100)]
    stage(conn, table, feed, rows)
    columns = ", ".join(name for name in rows[0] if name != "roll_number")
    conn.execute(
        f"""insert into stage.{table} (line, roll_number, {columns}, id_number_state)
        select 1000 + g * 100 + line, 'L' || lpad((g * 100 + line)::text, 18, '0'), {columns}, 'valid'
        from stage.{table}, generate_series(1, 99) as g"""
    )
    conn.execute(f"analyze stage.{table}")
    conn.commit()
    suite = bound("roll", n_read="10000")
    validate(table, suite, "BOOLEAN_ONLY")
    started = time.monotonic()
    results = validate(table, suite, "BOOLEAN_ONLY")
    assert time.monotonic() - started < 5
    assert [item["meta"]["rule"] for item, result in zip(suite, results, strict=True) if not result.success] == []
