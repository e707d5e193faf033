"""The shape of a contract as the rest of Rollcall sees it: frozen, and free of its file format."""

from dataclasses import dataclass, field
from functools import cached_property

# fmt: off
KINDS = frozenset(
    {
        "text", "name", "id_number", "roll_number", "school_code", "unit_code", "district_code",
        "township_code", "province_code", "certificate_no", "phone", "secret", "code", "flag",
        "date", "birth_date", "month", "school_year", "term", "timestamp", "count", "grade",
        "decimal", "money",
    }
)
# fmt: on
HISTORIES = frozenset({"snapshot", "events"})
SENDERS = frozenset({"units", "police", "municipality", "platform", "welfare"})
CADENCES = frozenset({"daily", "weekly", "monthly", "termly", "yearly", "once"})
ON_FAULT = frozenset({"reject", "warn"})


@dataclass(frozen=True)
class Column:
    """One column of a feed.

    `kind` (one of KINDS) fixes the canonical text of a value; `sql_type` is the type in history.
    `key_position` counts from 1, None outside the key. `on_fault` says what a bad value costs: the row
    ("reject") or only the value ("warn"). `ahead_days`: how far after the business date a date may lie.
    """

    name: str
    zh: str
    kind: str
    sql_type: str
    is_required: bool
    key_position: int | None
    is_personal: bool
    codes: str | None = None
    aliases: tuple[str, ...] = ()
    on_fault: str = "reject"
    description: str = ""
    ahead_days: int = 31

    @property
    def companions(self) -> list[tuple[str, str]]:
        """(name, sql type) of the columns that filing adds beside this one."""
        if self.kind == "id_number":
            return [(f"{self.name}_key", "uuid"), (f"{self.name}_state", "text")]
        if self.kind == "roll_number":
            return [(f"{self.name}_key", "uuid")]
        return []


@dataclass(frozen=True)
class Contract:
    """One feed: its columns in the order of the file, and how, when and by whom it is sent.

    `due_day`: day of the week (1 = Monday) for weekly feeds, of the month for monthly ones, else None or 1.
    `max_rejected_share`: share of rows (0..1) beyond which the delivery, or its section, is refused.
    `section`: the column that splits a file of the municipal platform into units, else None.
    `references`: feeds that must be in force before this one can be judged.
    """

    name: str
    zh: str
    family: str
    version: str
    columns: tuple[Column, ...]
    history: str
    senders: str
    cadence: str
    due_day: int | None
    late_after_days: int
    missing_after_days: int
    max_rejected_share: float
    references: tuple[str, ...] = ()
    section: str | None = None
    ignored_headers: tuple[str, ...] = ()
    owner: str = ""
    retention: str = ""
    purpose: str = ""
    grain: str = ""
    _by_name: dict[str, Column] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_name.update({column.name: column for column in self.columns})

    @cached_property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns, in key order."""
        keyed = [column for column in self.columns if column.key_position is not None]
        return tuple(column.name for column in sorted(keyed, key=lambda column: column.key_position or 0))

    @cached_property
    def companions(self) -> list[tuple[str, str]]:
        """(name, sql type) of every companion column, in the order of the columns they stand beside."""
        return [companion for column in self.columns for companion in column.companions]

    def column(self, name: str) -> Column:
        """The column of that name; KeyError names the feed when there is none."""
        try:
            return self._by_name[name]
        except KeyError:
            raise KeyError(f"feed {self.name} has no column {name}") from None

    def of_kind(self, *kinds: str) -> list[Column]:
        """The columns of any of these kinds, in file order."""
        return [column for column in self.columns if column.kind in kinds]
