"""Hold a staged delivery against its feed's Great Expectations suite, inside PostgreSQL.

Great Expectations gives the verdict on every expectation; the same rule as an SQL predicate then finds the rows
(its own results stop at 200 rows and would carry the values).
"""

import json
import logging
from dataclasses import dataclass
from functools import cache
from typing import Any

from psycopg import Connection
from psycopg.sql import Literal

from rollcall.contracts.place import expectations_dir
from rollcall.contracts.predicates import bind, predicate
from rollcall.ingest.remember import remembered_configurations
from rollcall.ingest.stage import Staged
from rollcall.warehouse.connect import url


class GateBroken(RuntimeError):
    """An expectation could not be evaluated: a fault of the suite, not of the delivery."""


@dataclass(frozen=True)
class Finding:
    """One expectation that did not hold. `where` is true of the rows that break it."""

    rule: str
    column: str | None
    severity: str
    action: str
    where: str


@dataclass(frozen=True)
class Gated:
    """What the suite said: the findings, and every expectation with its outcome (rule, column, severity, ok)."""

    findings: list[Finding]
    outcomes: list[tuple[str, str, str, bool]]
    expectations: list[dict]


def gate(staged: Staged, feed: str, facts: dict[str, Any]) -> Gated:
    """Judge the delivery's clean stage table by the suite of its feed.

    `facts` fill the placeholders of the suite's SQL: sender, business_date, known_at, manifest_rows, declared_total,
    n_read. Raises GateBroken if an expectation itself cannot be evaluated.
    """
    expectations = filled_suite(feed, json.dumps({k: _literal(v) for k, v in facts.items()}, sort_keys=True))
    results = _validate(staged, feed, expectations)
    findings, outcomes = [], []
    for expectation, succeeded in zip(expectations, results, strict=True):
        meta, column = expectation["meta"], expectation["kwargs"].get("column") or expectation["meta"].get("column")
        severity = expectation.get("severity", "critical")
        outcomes.append((meta["rule"], column or "", severity, succeeded))
        if not succeeded:
            where = predicate(expectation).replace("{batch}", f'stage."{staged.clean_name}"')
            findings.append(Finding(meta["rule"], column, severity, meta["action"], where))
    return Gated(findings, outcomes, expectations)


def filled_suite(feed: str, literals: str) -> list[dict]:
    """The feed's expectations as plain objects, placeholders replaced by SQL literals (`literals`: a JSON object)."""
    values = json.loads(literals)

    def fill(node):
        if isinstance(node, dict):
            return {key: fill(value) for key, value in node.items()}
        if isinstance(node, list):
            return [fill(value) for value in node]
        if isinstance(node, str):
            return bind(node, values)
        return node

    return fill(_suite(feed))["expectations"]


@cache
def _suite(feed: str) -> dict:
    return json.loads((expectations_dir() / f"{feed}.json").read_text("utf-8"))


def _literal(value: Any) -> str:
    return Literal(value).as_string(None)


def _validate(staged: Staged, feed: str, expectations: list[dict]) -> list[bool]:
    import great_expectations as gx

    # Great Expectations copies every field of an expectation dozens of times: it gets no meta, and an id to find it by.
    bare = [
        {"type": e["type"], "kwargs": e["kwargs"], "severity": e.get("severity", "critical"), "id": str(i)}
        for i, e in enumerate(expectations)
    ]
    suite = gx.ExpectationSuite(name=feed, expectations=bare)
    source = _source()
    asset = source.add_table_asset(staged.clean_name, table_name=staged.clean_name, schema_name="stage")
    try:
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        with remembered_configurations():
            results = batch.validate(suite, result_format="BOOLEAN_ONLY").results
    finally:
        source.delete_asset(staged.clean_name)
    by_place = {}
    for result in results:
        place = int(result.expectation_config.id)
        if _raised(result.exception_info or {}):
            rule = expectations[place]["meta"]["rule"]
            raise GateBroken(f"rule {rule} of feed {feed} could not be evaluated")
        by_place[place] = bool(result.success)
    return [by_place[i] for i in range(len(expectations))]


def _raised(info: dict) -> bool:
    # Either one exception, or one per metric.
    return bool(info.get("raised_exception")) or any(
        isinstance(value, dict) and value.get("raised_exception") for value in info.values()
    )


@cache
def _source():
    """One ephemeral context and datasource per process: they keep nothing between deliveries."""
    import great_expectations as gx

    for name in ("great_expectations", "great_expectations.validator", "great_expectations.expectations"):
        logging.getLogger(name).setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)
    return context.data_sources.add_postgres("stage", connection_string=url("pipeline", "postgresql+psycopg2"))


def count_rows(conn: Connection, staged: Staged) -> int:
    """Rows now in the raw stage table: a server crash empties unlogged tables."""
    from psycopg.sql import SQL

    return conn.execute(SQL("select count(*) from {}").format(staged.raw)).fetchone()[0]
