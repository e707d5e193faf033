"""What a Dag needs to know of a feed, read straight from the contract file.

Airflow reads the Dag folder again and again, and once more for every task: the full contract, with the
published models behind it, would cost each of them a third of a second and be thrown away.
"""

from dataclasses import dataclass
from zlib import crc32

from rollcall.contracts.place import contracts_dir
from rollcall.contracts.yaml_file import read_yaml

PREFIX = "ingest_"
# Hours at which the inbox is looked at, Asia/Shanghai: late files come at any time, so none is left for a
# week.
_HOURS = {"daily": "7-22", "weekly": "8,10,12,14,16,18,20"}
_OTHERWISE = "9,14,19"
# How often a sender sends in a year, and how many senders there are, roughly: which feed has most work.
_A_YEAR = {"daily": 200, "weekly": 40, "monthly": 12, "termly": 2}
_SENDERS = {"units": 41, "police": 38}
_NOT_FEEDS = frozenset({"codes.yaml"})


@dataclass(frozen=True)
class Feed:
    """One feed as its Dag sees it. `references`: feeds whose deliveries this one's are judged against."""

    name: str
    zh: str
    family: str
    cadence: str
    senders: str
    owner: str
    references: tuple[str, ...]
    late_after_days: int
    purpose: str

    @property
    def dag_id(self) -> str:
        return PREFIX + self.name

    @property
    def asset_uri(self) -> str:
        return asset_uri(self.name)

    @property
    def cron(self) -> str:
        """The minute differs from feed to feed, so that they do not all start at once."""
        return f"{crc32(self.name.encode()) % 60} {_HOURS.get(self.cadence, _OTHERWISE)} * * *"

    @property
    def priority(self) -> int:
        """Weight of its tasks in Airflow: the most work first, or it would be alone at the end, on one core."""
        return _A_YEAR.get(self.cadence, 1) * _SENDERS.get(self.senders, 1)


def asset_uri(name: str) -> str:
    return f"rollcall://history/{name}"


def feeds(dag_id: str | None = None) -> list[Feed]:
    """All feeds by name, or only the one whose Dag is `dag_id`."""
    paths = sorted(path for path in contracts_dir().glob("*.yaml") if path.name not in _NOT_FEEDS)
    if dag_id is not None:
        paths = [path for path in paths if PREFIX + path.stem == dag_id]
    return [_feed(read_yaml(path)) for path in paths]


def _feed(contract: dict) -> Feed:
    own = {item["property"]: item["value"] for item in contract.get("customProperties") or []}
    promised = {item["property"]: item["value"] for item in contract.get("slaProperties") or []}
    owners = [member["username"] for member in contract["team"]["members"] if member["role"] == "owner"]
    return Feed(
        name=contract["name"],
        zh=contract["schema"][0]["businessName"],
        family=contract["domain"],
        cadence=promised["frequency"],
        senders=own["senders"],
        owner=owners[0],
        references=tuple(own.get("references", ())),
        late_after_days=int(promised["lateAfter"]),
        purpose=contract["description"]["purpose"],
    )
