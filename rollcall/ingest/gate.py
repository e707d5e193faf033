"""Hold a staged delivery against its feed's Great Expectations suite, inside PostgreSQL.

Great Expectations gives the verdict on every expectation; the same rule as an SQL predicate then finds the rows
(its own results stop at 200 rows and would carry the values).
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from psycopg import Connection
from psycopg.sql import Literal

from rollcall.contracts.place import expectations_dir
from rollcall.contracts.predicates import bind, predicate
from rollcall.ingest.evaluate import NotEvaluated, evaluate
from rollcall.ingest.stage import Staged


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
    try:
        results = evaluate("stage", staged.clean_name, expectations)
    except NotEvaluated as broken:
        rule = expectations[broken.place]["meta"]["rule"]
        raise GateBroken(f"rule {rule} of feed {feed} could not be evaluated") from None
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


def count_rows(conn: Connection, staged: Staged) -> int:
    """Rows now in the raw stage table: a server crash empties unlogged tables."""
    from psycopg.sql import SQL

    return conn.execute(SQL("select count(*) from {}").format(staged.raw)).fetchone()[0]
