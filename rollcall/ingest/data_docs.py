"""Great Expectations' own page on a refused delivery, for its sender: counts and line numbers, never a value."""

from rollcall.ingest.gate import Gated
from rollcall.ingest.judge import Judgement
from rollcall.ingest.ledger import Delivery
from rollcall.warehouse.settings import settings


def write_data_docs(delivery: Delivery, gated: Gated, judgement: Judgement) -> str:
    """Render the page; returns its path below the Data Docs folder. Rows are named by line number only."""
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    lines = {(r["rule"], r["column"]): r.get("lines") or [] for r in judgement.reasons}
    n_rows = sum(judgement.rows.values())
    results = []
    for expectation, (rule, column, _, succeeded) in zip(gated.expectations, gated.outcomes, strict=True):
        n = judgement.n_unexpected.get((rule, column), 0)
        results.append(
            ExpectationValidationResult(
                success=succeeded,
                expectation_config=ExpectationConfiguration(
                    type=expectation["type"],
                    kwargs=expectation["kwargs"],
                    meta=expectation["meta"],
                    severity=expectation.get("severity", "critical"),
                ),
                result={
                    "element_count": n_rows,
                    "unexpected_count": n,
                    "unexpected_percent": 100 * n / n_rows if n_rows else 0,
                    "partial_unexpected_list": [f"line {line}" for line in lines.get((rule, column or None), [])],
                },
                exception_info={"raised_exception": False, "exception_message": None, "exception_traceback": None},
            )
        )
    page = ExpectationSuiteValidationResult(
        success=False,
        results=results,
        suite_name=delivery.feed,
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": sum(r.success for r in results),
            "unsuccessful_expectations": sum(not r.success for r in results),
            "success_percent": 100 * sum(r.success for r in results) / max(len(results), 1),
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
