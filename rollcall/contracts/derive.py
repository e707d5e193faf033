"""Expectations that follow from a contract alone: what every feed gets unasked."""

import csv
from functools import lru_cache
from typing import Any

from rollcall.contracts import row_rules, shapes
from rollcall.contracts.codes import code_list
from rollcall.contracts.model import Column, Contract
from rollcall.contracts.place import REPOSITORY, contracts_dir
from rollcall.contracts.predicates import ROWS, query_of

SEVERITY = {"refuse": "critical", "reject": "warning", "warn": "info"}
NOT_NULL = "expect_column_values_to_not_be_null"
REGEX = "expect_column_values_to_match_regex"
IN_SET = "expect_column_values_to_be_in_set"
LENGTHS = "expect_column_value_lengths_to_be_between"


def derived_expectations(contract: Contract) -> list[dict[str, Any]]:
    """The contract-origin expectations of a feed, in the order in which they should be read."""
    found = _whole_delivery()
    for column in contract.columns:
        found += _column_rules(contract, column)
    for rule in row_rules.row_rules(contract):
        found.append(on_rows(rule.rule, rule.action, rule.predicate, rule.column))
    return found


def on_column(type_: str, rule: str, action: str, column: str, **kwargs: Any) -> dict[str, Any]:
    """An expectation on one column of the clean stage table."""
    meta = {"rule": rule, "origin": "contract", "action": action}
    return {"type": type_, "kwargs": {"column": column, **kwargs}, "severity": SEVERITY[action], "meta": meta}


def on_rows(
    rule: str, action: str, predicate: str, column: str | None = None, query: str | None = None
) -> dict[str, Any]:
    """An expectation that no row meets `predicate`; `query` where it is the delivery that fails."""
    meta = {"rule": rule, "origin": "contract", "action": action}
    meta |= {"column": column} if column else {}
    return {
        "type": ROWS,
        "kwargs": {"unexpected_rows_query": query or query_of(predicate)},
        "severity": SEVERITY[action],
        "meta": meta | {"predicate": predicate},
    }


def _whole_delivery() -> list[dict[str, Any]]:
    rules = (
        ("staged_rows_complete", ":n_read"),
        ("rows_differ_from_manifest", ":manifest_rows"),
        ("rows_differ_from_totals", ":declared_total"),
    )
    # One row of counts, so that an emptied stage table (unlogged, after a server crash) fails too.
    return [
        on_rows(
            rule,
            "refuse",
            f"(select count(*) from {{batch}}) <> cast({fact} as bigint)",
            query=f"select n_staged from (select count(*) as n_staged from {{batch}}) as counted "
            f"where n_staged <> cast({fact} as bigint)",
        )
        for rule, fact in rules
    ]


def _column_rules(contract: Contract, column: Column) -> list[dict[str, Any]]:
    found = []
    if column.is_required:
        found.append(on_column(NOT_NULL, "required_missing", column.on_fault, column.name))
    if column.kind in ("code", "flag", "unit_code"):
        rule, allowed = _allowed(column)
        found.append(on_column(IN_SET, rule, column.on_fault, column.name, value_set=allowed))
    if column.kind in shapes.SHAPES:
        shape = shapes.SHAPES[column.kind]
        # A name a clerk mistyped must never take a pupil off the roll.
        action = "warn" if column.kind == "name" else column.on_fault
        found.append(on_column(REGEX, shape.rule, action, column.name, regex=shape.regex))
        if shape.lengths:
            least, most = shape.lengths
            found.append(on_column(LENGTHS, "length_wrong", action, column.name, min_value=least, max_value=most))
    if column.kind == "text" and column.name in contract.key:
        regex = f"^(?!{shapes.EXPONENT[1:]})"
        found.append(on_column(REGEX, "number_destroyed", column.on_fault, column.name, regex=regex))
    return found


def _allowed(column: Column) -> tuple[str, list[str]]:
    if column.kind == "flag":
        return "flag_unknown", ["true", "false"]
    if column.kind == "unit_code":
        return "unit_unknown", list(unit_codes())
    return "code_unknown", list(code_list(column.codes or "").codes)


def unit_codes() -> tuple[str, ...]:
    """Codes of the education units, in the order of the seed that names them."""
    beside = contracts_dir().parent / "dbt_project/seeds/seed_unit.csv"
    return _unit_codes(beside if beside.exists() else REPOSITORY / "dbt_project/seeds/seed_unit.csv")


@lru_cache(maxsize=8)
def _unit_codes(path) -> tuple[str, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(row["unit_code"] for row in csv.DictReader(file))
