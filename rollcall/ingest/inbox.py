"""Find what has arrived: archive it, write it into the ledger, only then take it out of the inbox.

A crash between any two of these steps is mended by doing them again.
"""

import time
from datetime import date
from pathlib import Path

from psycopg import Connection
from psycopg.types.json import Jsonb

from rollcall.contracts.load import contracts
from rollcall.ingest import archive
from rollcall.ingest.judge import reason
from rollcall.ingest.label import MANIFEST, label_of_name, manifest_path, read_label, read_manifest
from rollcall.ingest.lying import lying
from rollcall.ingest.stage import drop_strays
from rollcall.warehouse.boundary import reached
from rollcall.warehouse.connect import connect
from rollcall.warehouse.settings import settings

SETTLE_SECONDS = 60


def discover(feeds: list[str] | None = None, settle_seconds: float = SETTLE_SECONDS) -> list[int]:
    """Take every complete file out of the inbox; return the new deliveries' ids.

    A file with a manifest is complete when size and SHA-256 agree with it; one without when nothing has been
    written to it for `settle_seconds`. The others stay where they are.
    """
    found: list[int] = []
    with connect("pipeline", autocommit=True) as conn:
        _drop_orphans(conn)
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
    if label.manifest is None and _age(path) < settle_seconds:
        return None
    sha256 = archive.sha256_of(path)
    if label.manifest and (label.manifest.get("sha256") or sha256) != sha256:
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


def _drop_orphans(conn: Connection) -> None:
    """Remove manifests whose file a killed process had already taken: they would stall the next file so named."""
    for manifest in settings().inbox.glob(f"*/*/*{MANIFEST}"):
        path = manifest.with_name(manifest.name.removesuffix(MANIFEST))
        if path.exists():
            continue
        try:
            sha256 = read_manifest(path).get("sha256")
        except (AttributeError, FileNotFoundError, ValueError):
            continue
        known = conn.execute(
            "select 1 from ops.delivery where feed = %s and sender = %s and file_name = %s and sha256 = %s",
            (path.parent.name, path.parent.parent.name, path.name, sha256),
        ).fetchone()
        if known:
            manifest.unlink(missing_ok=True)


def _misplaced(feed: str, sender: str, label) -> list[dict]:
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
