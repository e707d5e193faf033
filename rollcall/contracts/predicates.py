"""What an expectation of a suite means as plain SQL: the predicate that is true of a row that breaks it.

Predicates are over the clean stage table, whose contract columns are text that may still be unreadable: none
of them casts without a guard. They may hold `{batch}` (the stage table) and the placeholders in PLACEHOLDERS.
"""

import re
from typing import Any

ROWS = "unexpected_rows_expectation"
PLACEHOLDERS = frozenset({"sender", "business_date", "known_at", "manifest_rows", "declared_total", "n_read"})
_NAMES = "|".join(sorted(PLACEHOLDERS))
_PLACEHOLDER = re.compile(rf"(?<![:\w]):({_NAMES})\b")
# A colon that SQLAlchemy would take for a parameter of its own: as in the regular expression (?:19|20).
_FALSE_PARAMETER = re.compile(rf"(?<![:\w\\]):(?=\w)(?!(?:{_NAMES})\b)")


def predicate(expectation: dict[str, Any]) -> str:
    """SQL true of a row that breaks this expectation, else null or false. ValueError for an unknown type."""
    kind, kwargs = expectation["type"], expectation["kwargs"]
    if kind == ROWS:
        return expectation["meta"]["predicate"]
    column = kwargs["column"]
    if kind == "expect_column_values_to_not_be_null":
        return f"{column} is null"
    if kind == "expect_column_values_to_match_regex":
        return f"{column} !~ {literal(kwargs['regex'])}"
    if kind == "expect_column_values_to_be_in_set":
        return f"{column} not in ({', '.join(literal(value) for value in kwargs['value_set'])})"
    if kind == "expect_column_value_lengths_to_be_between":
        return f"length({column}) not between {int(kwargs['min_value'])} and {int(kwargs['max_value'])}"
    if kind == "expect_column_values_to_be_between":
        bounds = [("<", kwargs.get("min_value")), (">", kwargs.get("max_value"))]
        return "(" + " or ".join(f"{column} {op} {literal(v)}" for op, v in bounds if v is not None) + ")"
    raise ValueError(f"expectation type {kind} has no predicate")


def query_of(row_predicate: str) -> str:
    """The query of an unexpected_rows_expectation for a row predicate.

    It selects line numbers only: Great Expectations keeps what a query returns, and may not keep names.
    Braces are doubled, because it fills `{batch}` with `str.format`, and colons are escaped for SQLAlchemy.
    """
    doubled = row_predicate.replace("{", "{{").replace("}", "}}").replace("{{batch}}", "{batch}")
    doubled = _FALSE_PARAMETER.sub(r"\\:", doubled)
    return f"select line from {{batch}} where {doubled}"


def bind(sql: str, literals: dict[str, str]) -> str:
    """Replace the placeholders of a query or predicate by SQL literals; KeyError when one is not given."""
    return _PLACEHOLDER.sub(lambda found: literals[found.group(1)], sql)


def literal(value: object) -> str:
    """A text value as an SQL literal (standard_conforming_strings is on by default and kept so)."""
    return "'" + str(value).replace("'", "''") + "'"
