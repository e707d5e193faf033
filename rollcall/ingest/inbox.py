"""Find what has arrived: archive it, write it into the ledger, only then take it out of the inbox.

A crash between any two of these steps is mended by doing them again.
"""

import time
from datetime import date
from pathlib import Path

from psycopg import Connection
from psycopg.types.json import Jsonb

from rollcall.contracts.load import contracts
from rollcall.contracts.manifest import SETTLE_SECONDS, SUFFIX, UNREADABLE, fields, given
from rollcall.ingest import archive
from rollcall.ingest.judge import reason
from rollcall.ingest.label import Label, label_of_name, manifest_path, read_label, read_manifest
from rollcall.ingest.lying import lying
from rollcall.ingest.stage import drop_strays
from rollcall.warehouse.boundary import reached
from rollcall.warehouse.connect import connect
from rollcall.warehouse.settings import settings


def discover(feeds: list[str] | None = None, settle_seconds: float = SETTLE_SECONDS) -> list[int]:
    """Take every complete file out of the inbox; return the new deliveries' ids.

    A file is complete when it agrees with the SHA-256 and the size that its manifest tells; where none tells the
    SHA-256, when nothing has been written to it for `settle_seconds`. The others stay where they are.
    """
    found: list[int] = []
    with connect("pipeline", autocommit=True) as conn:
        _clear_manifests(conn)
        drop_strays(conn)
        archive.purge_spill()
        for path in lying(feeds):
            delivery_id = _take(conn, path, settle_seconds)
            if delivery_id is not None:
                found.append(delivery_id)
    return found


def _take(conn: Connection, path: Path, settle_seconds: float) -> int | None:
    feed, sender = path.parent.name, path.parent.parent.name
    reasons = []
    try:
        size = path.stat().st_size
        label = read_label(path)
    except FileNotFoundError:
        return None  # another process took it
    except ValueError:
        # No manifest that can be used: perhaps it is still being written.
        if _age(manifest_path(path)) < settle_seconds:
            return None
        label, reasons = label_of_name(path), [reason("manifest_unreadable")]
    if label.sha256 is None and _age(path) < settle_seconds:
        return None
    if label.n_bytes not in (None, size):
        return None
    sha256 = archive.sha256_of(path)
    if label.sha256 not in (None, sha256):
        return None
    archive.put(path, sha256)
    reached("archived")
    reasons += _misplaced(feed, sender, label)
    row = conn.execute(
        """insert into ops.delivery (feed, sender, business_date, revision, file_name, sha256, n_bytes,
            received_at, manifest, verdict, reasons, decided_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, case when %s then clock_timestamp() end)
        on conflict do nothing
        returning delivery_id""",
        (
            *(feed, sender, label.business_date or date(1900, 1, 1), label.revision, path.name, sha256, size),
            *(label.received_at, Jsonb(label.manifest) if label.manifest else None),
            *("refused" if reasons else "pending", Jsonb(reasons), bool(reasons)),
        ),
    ).fetchone()
    reached("seen")
    path.unlink(missing_ok=True)
    manifest_path(path).unlink(missing_ok=True)
    return row[0] if row else None


def _clear_manifests(conn: Connection) -> None:
    """Remove manifests whose file has been taken: they would be read for the next file so named.

    One that a killed process left was read. One that came late was not, and the delivery's row says so, once decided.
    """
    for manifest in settings().inbox.glob(f"*/*/*{SUFFIX}"):
        path = manifest.with_name(manifest.name.removesuffix(SUFFIX))
        if path.exists():
            continue
        try:
            told = read_manifest(path)
            sha256 = fields(told)["sha256"]
        except (*UNREADABLE, FileNotFoundError):
            continue
        which = {"feed": path.parent.name, "sender": path.parent.parent.name, "file": path.name}
        which |= {"sha256": sha256, "told": Jsonb(given(told))}
        known = "from ops.delivery where feed = %(feed)s and sender = %(sender)s and file_name = %(file)s"
        was_read = conn.execute(f"select 1 {known} and manifest = %(told)s limit 1", which).fetchone()
        if was_read or _told_late(conn, f"{known} and sha256 = %(sha256)s", which):
            manifest.unlink(missing_ok=True)


def _told_late(conn: Connection, known: str, which: dict) -> bool:
    """Write into the last of the `known` deliveries that its manifest came late; False while it is undecided."""
    return bool(
        conn.execute(
            f"""update ops.delivery set reasons = reasons || %(late)s
            where delivery_id = (select max(delivery_id) {known}) and verdict not in ('pending', 'waiting')
            returning delivery_id""",
            which | {"late": Jsonb([reason("manifest_late")])},
        ).fetchone()
    )


def _misplaced(feed: str, sender: str, label: Label) -> list[dict]:
    """Reasons to refuse a file before it is opened: nobody can say what it is."""
    rules = []
    if feed not in contracts():
        rules.append(("unknown_feed", feed))
    if label.business_date is None:
        rules.append(("no_business_date", None))
    manifest = label.manifest or {}
    if manifest.get("feed", feed) != feed or manifest.get("sender", sender) != sender:
        rules.append(("manifest_mismatch", None))
    return [reason(rule, value=value) for rule, value in rules]


def _age(path: Path) -> float:
    """Seconds since the last write; a time in the future, from a wrong clock, counts as long ago."""
    age = time.time() - path.stat().st_mtime
    return age if age >= 0 else float("inf")
