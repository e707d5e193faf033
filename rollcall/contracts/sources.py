"""dbt's sources file: the history tables as the contracts define them, and tables of ops and identity."""

from typing import Any

import yaml

from rollcall.contracts.load import contracts
from rollcall.contracts.model import Column, Contract

_COMPANIONS = {
    "_key": "Pseudonym of {}: keyed hash of its canonical value, blank stays blank",
    "_state": "State of {}: valid, bad_check, cut, fifteen, missing, other_document",
}
_KNOWN = {
    "known_from": ("timestamptz", "Since when the row has been believed (receipt)"),
    "known_to": ("timestamptz", "Until when it was believed; infinity if it still is"),
    "filed_by": ("bigint", "Delivery that filed the row"),
    "retired_by": ("bigint", "Delivery that retired it"),
}
_SNAPSHOT = {
    "row_hash": ("uuid", "Hash of the contract's columns"),
    "line": ("integer", "Line in the file it was first read from"),
    "valid_from": ("date", "First business date on which the row holds"),
    "valid_to": ("date", "First business date on which it no longer holds; infinity if open"),
    **_KNOWN,
}
_EVENT = {
    "business_date": ("date", "Business date of the delivery"),
    "line": ("integer", "Line in the file"),
    **_KNOWN,
}
_LINK_TIMES = "valid_from valid_to known_from known_to"
_OTHERS: dict[str, dict[str, tuple[str, str]]] = {
    "ops": {
        "delivery": (
            "Every file ever seen and what became of it",
            "delivery_id feed sender business_date revision file_name sha256 n_bytes received_at manifest "
            "seen_at decided_at container encoding n_read n_accepted n_rejected verdict is_in_force reasons "
            "data_docs taken_back_at",
        ),
        "delivery_section": (
            "Verdict on each unit's section of a file of the municipal platform",
            "delivery_id unit_code n_read n_accepted n_rejected verdict reasons",
        ),
        "rule_result": (
            "Outcome of every expectation on every gated delivery",
            "delivery_id rule column_name severity is_success n_unexpected",
        ),
        "rejected_row": ("Rows not accepted, whole; personal data", "delivery_id line unit_code rules row unread_key"),
        "publish": (
            "Every attempt to publish the marts",
            "publish_id schema_name as_of known_at code_version model_version started_at finished_at verdict "
            "reasons missing",
        ),
        "alert": (
            "What is late, missing, refused or failed, opened and closed by the data",
            "alert_id dedupe_key kind owner severity feed sender business_date opened_at last_seen_at "
            "closed_at text_zh text_en",
        ),
    },
    "identity": {
        "link": (
            "A pupil of a roll is this child",
            f"link_id pupil_key child_key method weight model_version {_LINK_TIMES}",
        ),
        "review": (
            "A doubtful pair and what a person decided",
            "review_id pupil_key child_key reason weight model_version evidence_hash verdict decided_by "
            f"decided_at why {_LINK_TIMES} subject unit_code subject_sender subject_row_hash child_sender "
            "child_row_hash rank margin agrees differs",
        ),
        "name_key": ("Every name as written, and what matching compares instead", "name plain sound surname"),
        "number_neighbour": (
            "Sound numbers that an unsound one may have been meant for",
            "id_number_key neighbour_key how",
        ),
        "lunar_day": ("A lunar date written as a solar one, and the days it may have meant", "written_on meant_on"),
    },
}


def sources() -> str:
    """Text of dbt_project/models/sources.yml."""
    history = {
        "name": "history",
        "schema": "history",
        "description": "Accepted rows of every feed, typed, as versions (snapshots) or events; personal data",
        "tables": [_history_table(feed) for feed in contracts().values()],
    }
    others = [
        {
            "name": schema,
            "schema": schema,
            "tables": [
                {"name": name, "description": text, "columns": [{"name": item} for item in columns.split()]}
                for name, (text, columns) in tables.items()
            ],
        }
        for schema, tables in _OTHERS.items()
    ]
    body = yaml.safe_dump(
        {"version": 2, "sources": [history, *others]}, sort_keys=False, allow_unicode=True, width=1000
    )
    return f"# Written by `rollcall contracts build`: change the contracts, not this file.\n{body}"


def _history_table(feed: Contract) -> dict[str, Any]:
    technical = _SNAPSHOT if feed.history == "snapshot" else _EVENT
    columns = [_described("sender", "text", "Who sent the row")]
    columns += [_contract_column(column) for column in feed.columns]
    columns += [_companion(item, name, type_) for item in feed.columns for name, type_ in item.companions]
    columns += [_described(name, type_, text) for name, (type_, text) in technical.items()]
    return {
        "name": feed.name,
        "description": f"{feed.zh}: {feed.purpose} Grain: {feed.grain}.",
        "columns": columns,
    }


def _contract_column(column: Column) -> dict[str, Any]:
    found = _described(column.name, column.sql_type, f"{column.zh}: {column.description}")
    meta = {"kind": column.kind} | ({"codes": column.codes} if column.codes else {})
    return found | {"config": {"meta": meta | ({"is_personal": True} if column.is_personal else {})}}


def _companion(column: Column, name: str, sql_type: str) -> dict[str, Any]:
    text = next(text for ending, text in _COMPANIONS.items() if name.endswith(ending))
    return _described(name, sql_type, text.format(column.name))


def _described(name: str, sql_type: str, text: str) -> dict[str, Any]:
    return {"name": name, "data_type": sql_type, "description": text}
