"""Send small deliveries as a unit would: a CSV with Chinese headers, and a manifest beside it."""

import csv
import hashlib
import io
import json
from dataclasses import dataclass, field
from datetime import date, datetime

from rollcall.contracts.load import contract
from rollcall.ingest.deliver import Outcome, deliver
from rollcall.ingest.inbox import discover
from rollcall.ingest.lanes import plan
from rollcall.warehouse.settings import settings


@dataclass(frozen=True)
class Sent:
    feed: str
    sender: str
    business_date: date
    received_at: datetime
    rows: tuple[dict, ...] = field(default=())
    revision: int = 1
    manifest_rows: int | None = None

    @property
    def text(self) -> bytes:
        buffer = io.StringIO()
        columns = contract(self.feed).columns
        writer = csv.DictWriter(buffer, [c.name for c in columns], restval="", lineterminator="\r\n")
        writer.writerow({c.name: c.zh for c in columns})
        writer.writerows(self.rows)
        return buffer.getvalue().encode("gb18030")


def put(sent: Sent) -> None:
    """Lay the file and its manifest into the inbox."""
    put_bytes(sent, sent.text)


def put_bytes(sent: Sent, data: bytes, manifest: str | None = None) -> None:
    """Lay a file with these bytes into the inbox, as that delivery."""
    folder = settings().inbox / sent.sender / sent.feed
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sent.feed}_{sent.business_date:%Y%m%d}_v{sent.revision}_{sent.received_at:%H%M%S}.csv"
    path.write_bytes(data)
    facts = {
        "feed": sent.feed,
        "sender": sent.sender,
        "business_date": sent.business_date.isoformat(),
        "revision": sent.revision,
        "n_rows": len(sent.rows) if sent.manifest_rows is None else sent.manifest_rows,
        "sha256": hashlib.sha256(data).hexdigest(),
        "received_at": sent.received_at.isoformat(),
    }
    path.with_name(path.name + ".manifest.json").write_text(manifest or json.dumps(facts), "utf-8")


def send(*deliveries: Sent) -> list[Outcome]:
    """Put these files into the inbox and run the ingest over whatever waits in it."""
    for sent in deliveries:
        put(sent)
    return ingest()


def ingest() -> list[Outcome]:
    discover(settle_seconds=0)
    outcomes = []
    for feed in ("population", "school", "calendar", "roll", "aid_transfer", "class_return", "absence"):
        for lane in plan(feed, 1):
            outcomes += deliver(lane)
    return outcomes
