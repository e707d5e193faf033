"""Great Expectations' own page on a refused delivery, for its sender: counts and line numbers, never a value."""

from rollcall.contracts.rules import rule_text
from rollcall.ingest.gate import Gated
from rollcall.ingest.judge import Judgement
from rollcall.ingest.ledger import Delivery
from rollcall.warehouse.settings import settings


def write_gate_page(delivery: Delivery, gated: Gated, judgement: Judgement) -> str:
    """Render what the suite said; returns the page's path below the Data Docs folder."""
    lines = {(r["rule"], r["column"]): r.get("lines") or [] for r in judgement.reasons}
    n_rows = sum(judgement.rows.values())
    results = []
    for expectation, (rule, column, _, succeeded) in zip(gated.expectations, gated.outcomes, strict=True):
        n = judgement.n_unexpected.get((rule, column), 0)
        result = {
            "element_count": n_rows,
            "unexpected_count": n,
            "unexpected_percent": 100 * n / n_rows if n_rows else 0,
            "partial_unexpected_list": [f"line {line}" for line in lines.get((rule, column or None), [])],
        }
        results.append(_result(expectation, succeeded, result))
    return _write(delivery, results)


def write_reader_page(delivery: Delivery, reasons: list[dict]) -> str:
    """The same of a file that got no further than the reader: each kind of fault as an expectation that did not hold.

    `reasons` as in ops.delivery. What the ledger quotes of a cell or a header, masked, is left out here.
    """
    found: dict[tuple[str, str | None], list[int]] = {}
    for each in reasons:
        found.setdefault((each["rule"], each["column"]), []).extend([each["line"]] if each["line"] else [])
    results = []
    for (rule, column), lines in found.items():
        zh, en = rule_text(rule, feed=delivery.feed, column=column, lines=lines)
        # A description stands in the place of the query, which nobody has run.
        expectation = {
            "type": "unexpected_rows_expectation",
            "kwargs": {"unexpected_rows_query": "select from {batch}"},
            "description": f"{zh} {en}",
            "meta": {"rule": rule},
        }
        results.append(_result(expectation, False, {}))
    return _write(delivery, results)


def _result(expectation: dict, succeeded: bool, result: dict):
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    return ExpectationValidationResult(
        success=succeeded,
        expectation_config=ExpectationConfiguration(
            type=expectation["type"],
            kwargs=expectation["kwargs"],
            meta=expectation["meta"],
            severity=expectation.get("severity", "critical"),
            description=expectation.get("description"),
        ),
        result=result,
        exception_info={"raised_exception": False, "exception_message": None, "exception_traceback": None},
    )


def _write(delivery: Delivery, results: list) -> str:
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    n_held = sum(r.success for r in results)
    page = ExpectationSuiteValidationResult(
        success=False,
        results=results,
        suite_name=delivery.feed,
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": n_held,
            "unsuccessful_expectations": len(results) - n_held,
            "success_percent": 100 * n_held / max(len(results), 1),
        },
        meta={
            "run_id": {"run_name": f"delivery {delivery.delivery_id}", "run_time": delivery.received_at.isoformat()},
            "active_batch_definition": {"batch_identifiers": {"delivery": delivery.delivery_id}},
        },
    )
    name = f"{delivery.feed}/{delivery.business_date}-{delivery.sender}-{delivery.delivery_id}.html"
    path = settings().docs_out / name
    path.parent.mkdir(parents=True, exist_ok=True)
    html = DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(page))
    path.write_text(html, "utf-8")
    return name
