"""What a file says of itself: the manifest beside it or, without one, its name and its time of arrival."""

import json
import os
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rollcall.contracts.manifest import SUFFIX, UNREADABLE, fields, given
from rollcall.warehouse.settings import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")

_DATE = re.compile(r"(?<!\d)(20\d\d)[-_.年]?(0[1-9]|1[0-2])[-_.月]?(0[1-9]|[12]\d|3[01])(?!\d)")
_REVISION = re.compile(r"(?:[_\-. ]?[vVrR]|第)(\d{1,3})(?:版)?(?=$|[_\-. ])")


class ManifestBroken(ValueError):
    """There is a manifest, whole as JSON, that does not say what a manifest must."""


@dataclass(frozen=True)
class Label:
    """Facts that name a delivery. `revision` is 1 where the sender numbers none: then receipt time decides."""

    business_date: date | None
    revision: int
    received_at: datetime
    n_bytes: int | None = None
    sha256: str | None = None
    manifest: dict | None = None


def manifest_path(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def read_label(path: Path) -> Label:
    """The label of the file at `path`; `business_date` is None where neither manifest nor name gives one.

    Raises ManifestBroken, ValueError on a manifest that is no JSON (yet), FileNotFoundError.
    """
    manifest = read_manifest(path)
    if manifest is None:
        return label_of_name(path)
    try:
        return _label_of_manifest(path, manifest)
    except UNREADABLE as error:
        raise ManifestBroken(type(error).__name__) from None


def label_of_name(path: Path) -> Label:
    """The label of a file that brings no manifest, or none that can be used."""
    return Label(_date_in(path.name), _revision_in(path.name), _arrived(path))


def _label_of_manifest(path: Path, manifest: dict) -> Label:
    told = fields(manifest)
    received_at = _arrived(path)
    if told["received_at"] and _trusts_manifest_time():
        received_at = datetime.fromisoformat(told["received_at"])
    return Label(
        business_date=told["business_date"],
        revision=told["revision"] or 1,
        received_at=received_at if received_at.tzinfo else received_at.replace(tzinfo=SHANGHAI),
        n_bytes=told["n_bytes"],
        sha256=told["sha256"],
        manifest=given(manifest),
    )


def read_manifest(path: Path) -> dict | None:
    """The manifest beside `path`, None if there is none. Raises ValueError on one that cannot be read (yet)."""
    beside = manifest_path(path)
    return json.loads(beside.read_text("utf-8")) if beside.exists() else None


def _arrived(path: Path) -> datetime:
    if _trusts_manifest_time():
        return datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI)
    return datetime.now(SHANGHAI)  # a copied file brings its sender's clock along


def _trusts_manifest_time() -> bool:
    # A sender's own clock must not rewrite what was known when; only simulated senders may set it.
    return settings().database_url is None or os.environ.get("ROLLCALL_SIMULATED") == "1"


def _date_in(name: str) -> date | None:
    found = _DATE.search(name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _revision_in(name: str) -> int:
    found = _REVISION.search(name.split(".")[0])
    return int(found.group(1)) if found else 1
