"""Great Expectations on the candidate's marts, before anybody can read them."""

import json
import logging

from rollcall.contracts.place import expectations_dir
from rollcall.publish.swap import candidate_of
from rollcall.telemetry import switch_off
from rollcall.warehouse.connect import url


def gate_marts(schema: str) -> list[dict]:
    """Hold every mart that has a suite in expectations/marts against it; return what failed as reasons.

    A mart that has a suite and does not exist is a failure too. "{schema}" in a suite's SQL is the candidate.
    """
    suites = sorted((expectations_dir() / "marts").glob("*.json"))
    if not suites:
        return []
    source = _source()
    reasons = []
    for path in suites:
        text = path.read_text("utf-8").replace("{schema}", candidate_of(schema))
        reasons += _check(source, path.stem, json.loads(text)["expectations"], candidate_of(schema))
    return reasons


def _check(source, mart: str, expectations: list[dict], candidate: str) -> list[dict]:
    import great_expectations as gx

    suite = gx.ExpectationSuite(name=mart, expectations=[dict(e, id=str(i)) for i, e in enumerate(expectations)])
    try:
        asset = source.add_table_asset(mart, table_name=mart, schema_name=candidate)
    except Exception:  # noqa: BLE001 - GX wraps "no such table" in several kinds of error
        return [{"node": mart, "status": "error", "n": None, "said": "the mart does not exist"}]
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    results = batch.validate(suite, result_format="BOOLEAN_ONLY").results
    return [
        {"node": mart, "status": "fail", "n": None, "said": result.expectation_config.meta["rule"]}
        for result in results
        if not result.success and (result.expectation_config.severity or "critical") == "critical"
    ]


def _source():
    switch_off()
    import great_expectations as gx

    for name in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)
    return context.data_sources.add_postgres("marts", connection_string=url("pipeline", "postgresql+psycopg2"))
