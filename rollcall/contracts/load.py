"""Reads the contracts through the published ODCS models and checks what those models leave open."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rollcall.contracts import codes
from rollcall.contracts.model import CADENCES, HISTORIES, KINDS, ON_FAULT, SENDERS, Column, Contract
from rollcall.contracts.place import contracts_dir
from rollcall.contracts.yaml_file import read_yaml

if TYPE_CHECKING:
    from open_data_contract_standard.model import OpenDataContractStandard, SchemaProperty

NOT_CONTRACTS = frozenset({"codes.yaml"})
# Names that history gives its own columns, see rollcall/warehouse/history.py.
# fmt: off
RESERVED = frozenset(
    {
        "sender", "business_date", "line", "row_hash", "valid_from", "valid_to", "known_from", "known_to",
        "filed_by", "retired_by",
    }
)
# fmt: on
COLUMN_PROPERTIES = frozenset({"kind", "codes", "on_fault", "ahead_days"})
FEED_PROPERTIES = frozenset({"history", "senders", "due_day", "max_rejected_share", "references", "section", "ignored"})


class ContractError(ValueError):
    """A contract file that cannot be used; the message names the file and what is wrong with it."""


def contracts() -> dict[str, Contract]:
    """Every contract by feed name, in the order of the names. ContractError when one cannot be used."""
    return dict(_load(contracts_dir()))


def contract(name: str) -> Contract:
    """The contract of one feed; KeyError lists the feeds when there is none of that name."""
    found = _load(contracts_dir())
    if name not in found:
        raise KeyError(f"no contract for feed {name}; feeds are {', '.join(found)}")
    return found[name]


@lru_cache(maxsize=8)
def _load(directory: Path) -> dict[str, Contract]:
    paths = sorted(path for path in directory.glob("*.yaml") if path.name not in NOT_CONTRACTS)
    loaded: dict[str, Contract] = {}
    for path in paths:
        try:
            loaded[path.stem] = _contract(path)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ContractError(f"contract {path.name}: {error}") from error
    for feed in loaded.values():
        missing = [name for name in feed.references if name not in loaded]
        if missing:
            raise ContractError(f"contract {feed.name}.yaml: refers to unknown feed {', '.join(missing)}")
    return loaded


def _contract(path: Path) -> Contract:
    from open_data_contract_standard.model import OpenDataContractStandard  # 0.3 s: only when needed

    odcs = OpenDataContractStandard(**read_yaml(path))
    if odcs.name != path.stem or len(odcs.schema_ or []) != 1:
        raise ValueError("one contract holds one feed, named as the file is")
    return _feed(odcs)


def _feed(odcs: "OpenDataContractStandard") -> Contract:
    table = odcs.schema_[0]
    own = _custom(odcs.customProperties, FEED_PROPERTIES)
    promised = {item.property: item.value for item in odcs.slaProperties or []}
    feed = Contract(
        name=odcs.name,
        zh=table.businessName,
        family=odcs.domain,
        version=odcs.version,
        columns=tuple(_column(item) for item in table.properties or []),
        history=_one_of("history", own["history"], HISTORIES),
        senders=_one_of("senders", own["senders"], SENDERS),
        cadence=_one_of("frequency", promised["frequency"], CADENCES),
        due_day=own.get("due_day"),
        late_after_days=int(promised["lateAfter"]),
        missing_after_days=int(promised["missingAfter"]),
        max_rejected_share=float(own["max_rejected_share"]),
        references=tuple(own.get("references", ())),
        section=own.get("section"),
        ignored_headers=tuple(own.get("ignored", ())),
        owner=next(member.username for member in odcs.team.members if member.role == "owner"),
        retention=str(promised["retention"]),
        purpose=odcs.description.purpose,
        grain=table.dataGranularityDescription,
    )
    _check(feed)
    return feed


def _column(item: "SchemaProperty") -> Column:
    own = _custom(item.customProperties, COLUMN_PROPERTIES)
    kind = _one_of(f"kind of {item.name}", own["kind"], KINDS)
    if (kind == "code") != ("codes" in own):
        raise ValueError(f"column {item.name}: codes go with kind code and with no other")
    if kind == "code":
        codes.code_list(own["codes"])
    return Column(
        name=item.name,
        zh=item.businessName,
        kind=kind,
        sql_type=item.physicalType,
        is_required=bool(item.required),
        key_position=item.primaryKeyPosition if item.primaryKey else None,
        is_personal=item.classification == "personal",
        codes=own.get("codes"),
        aliases=tuple(synonym.synonym for synonym in item.synonyms or []),
        on_fault=_one_of(f"on_fault of {item.name}", own.get("on_fault", "reject"), ON_FAULT),
        description=item.description or "",
        ahead_days=int(own.get("ahead_days", Column.ahead_days)),
    )


def _custom(properties: list[Any] | None, known: frozenset[str]) -> dict[str, Any]:
    found = {item.property: item.value for item in properties or []}
    unknown = sorted(set(found) - known)
    if unknown:
        raise ValueError(f"unknown custom property {', '.join(unknown)}")
    return found


def _one_of(what: str, value: Any, known: frozenset[str]) -> Any:
    if value not in known:
        raise ValueError(f"{what} is {value!r}, not one of {', '.join(sorted(known))}")
    return value


def _check(feed: Contract) -> None:
    from rollcall.contracts.headers import header_table

    if not feed.key:
        raise ValueError("has no key")
    positions = [feed.column(name).key_position for name in feed.key]
    if positions != list(range(1, len(positions) + 1)):
        raise ValueError("key positions must count 1, 2, 3 without gaps")
    names = [column.name for column in feed.columns] + [name for name, _ in feed.companions]
    if len(set(names)) != len(names):
        raise ValueError("two columns have one name")
    taken = RESERVED.intersection(names)
    if taken:
        raise ValueError(f"{', '.join(sorted(taken))} is a name that history keeps for itself")
    if feed.section is not None:
        feed.column(feed.section)
    if not 0 <= feed.max_rejected_share <= 1:
        raise ValueError("max_rejected_share must lie between 0 and 1")
    header_table(feed)
