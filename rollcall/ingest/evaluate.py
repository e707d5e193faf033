"""Let Great Expectations evaluate a suite on one table, working each thing out once.

`Batch.validate` copies every expectation a dozen times, builds the graph of metrics anew and writes its data source as
YAML: for the small files that most deliveries are, several times the cost of the queries. Here are the same
expectations, metrics, SQL engine and verdicts, but what depends on an expectation alone is kept for the life of the
process (a roll of some hundred pupils: 0.42 → 0.08 s of processor time). `tests/contracts/test_suites.py` holds the two
against each other on every suite.
"""

import json
import logging
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from rollcall.warehouse.connect import url

RUNTIME = {"result_format": {"result_format": "BOOLEAN_ONLY"}}
# The rows that an SQL expectation finds: fetched by a second run of its query, and not looked at for a verdict alone.
_ROWS = "unexpected_rows_query.table"


class NotEvaluated(RuntimeError):
    """Great Expectations could not compute what an expectation needs. `place`: which one of the list."""

    def __init__(self, place: int):
        super().__init__(f"expectation {place} could not be evaluated")
        self.place = place


@dataclass(frozen=True)
class _Prepared:
    """An expectation, the metrics its verdict needs by name, and the edges of the graph that leads to them."""

    expectation: Any
    metrics: dict[str, Any]
    edges: list


def evaluate(schema: str, table: str, expectations: list[dict]) -> list[bool]:
    """Whether each expectation ({type, kwargs}) holds on the table, in their order. Raises NotEvaluated."""
    from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData
    from great_expectations.validator.validation_graph import ValidationGraph

    engine = _engine()
    prepared = [_prepare(json.dumps([e["type"], e["kwargs"]], sort_keys=True)) for e in expectations]
    graph = ValidationGraph(execution_engine=engine)
    for each in prepared:
        for edge in each.edges:
            graph.add(edge)
    engine.load_batch_data("delivery", SqlAlchemyBatchData(engine, schema_name=schema, table_name=table))
    metrics, aborted = graph.resolve(RUNTIME, show_progress_bars=False)
    verdicts = []
    for place, each in enumerate(prepared):
        if aborted and any(metric.id not in metrics for metric in each.metrics.values()):
            raise NotEvaluated(place)
        provided = {_ROWS: None} | {name: metrics[metric.id] for name, metric in each.metrics.items()}
        said = each.expectation._validate(provided, RUNTIME, engine)
        verdicts.append(bool(said["success"]))
    return verdicts


def _engine():
    """A new one for every table, because it remembers metrics; below it one pool of connections for the process."""
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine

    return SqlAlchemyExecutionEngine(engine=_connections())


@cache
def _connections():
    from sqlalchemy import create_engine

    # It tells of every default that it looks up, and of a failed query with all that the database quotes of the rows.
    # That an expectation could not be evaluated is told by NotEvaluated.
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    # A statement is a transaction anyway: this only saves the journey that ends it.
    return create_engine(url("pipeline", "postgresql+psycopg2"), isolation_level="AUTOCOMMIT")


# A suite has some fifty expectations; a few of them name the sender and the date of the delivery.
@lru_cache(maxsize=2000)
def _prepare(written: str) -> _Prepared:
    from great_expectations.expectations.registry import get_expectation_impl
    from great_expectations.validator.validation_graph import ValidationGraph

    kind, kwargs = json.loads(written)
    expectation = get_expectation_impl(kind)(**kwargs)
    engine = _engine()
    needed = dict(expectation.get_validation_dependencies(engine, RUNTIME).metric_configurations)
    needed.pop(_ROWS, None)
    graph = ValidationGraph(execution_engine=engine)
    for metric in needed.values():
        graph.build_metric_dependency_graph(metric, RUNTIME)
    return _Prepared(expectation, needed, graph.edges)
