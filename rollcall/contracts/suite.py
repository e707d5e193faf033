"""Reads and writes a feed's suite: Great Expectations' own JSON, one expectation a line."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from rollcall.contracts.derive import SEVERITY, derived_expectations
from rollcall.contracts.model import Contract
from rollcall.contracts.place import expectations_dir
from rollcall.contracts.predicates import ROWS, query_of


class SuiteError(ValueError):
    """A suite file that cannot be used; the message names the file and what is wrong with it."""


def expectations(feed: str) -> list[dict[str, Any]]:
    """Every expectation of a feed's suite as the file has it, with placeholders. SuiteError without one."""
    path = expectations_dir() / f"{feed}.json"
    if not path.exists():
        raise SuiteError(f"feed {feed} has no suite {path.name}: run `rollcall contracts build`")
    return json.loads(_text(path, path.stat().st_mtime_ns))["expectations"]


def suite_text(contract: Contract, existing: str | None) -> str:
    """The suite file as it should be: derived from the contract, the hand-written rules of `existing` kept.

    A hand-written rule on rows needs only `meta` (rule, origin, action, predicate); the rest follows.
    """
    written = json.loads(existing)["expectations"] if existing else []
    kept = [_completed(contract.name, item) for item in written if item["meta"]["origin"] == "domain"]
    lines = (json.dumps(item, ensure_ascii=False) for item in [*derived_expectations(contract), *kept])
    body = ",\n    ".join(lines)
    return f'{{\n  "name": "{contract.name}",\n  "expectations": [\n    {body}\n  ]\n}}\n'


def _completed(feed: str, item: dict[str, Any]) -> dict[str, Any]:
    meta = item["meta"]
    if meta.get("action") not in SEVERITY:
        raise SuiteError(f"suite {feed}.json: rule {meta.get('rule')} needs an action: {', '.join(SEVERITY)}")
    kwargs = dict(item.get("kwargs", {}))
    if item["type"] == ROWS and meta["action"] != "refuse":
        kwargs["unexpected_rows_query"] = query_of(meta["predicate"])
    return {"type": item["type"], "kwargs": kwargs, "severity": SEVERITY[meta["action"]], "meta": meta}


@lru_cache(maxsize=64)
def _text(path: Path, _written_at: int) -> str:
    return path.read_text(encoding="utf-8")
