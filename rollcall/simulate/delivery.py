"""Writing deliveries: one file into the inbox with its manifest or time, and one line of truth about it."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rollcall.contracts.load import contract
from rollcall.contracts.manifest import SUFFIX
from rollcall.simulate.clock import to_date
from rollcall.simulate.containers import ENDINGS, pack
from rollcall.simulate.habits import Habit
from rollcall.simulate.render import Sheet


@dataclass
class Post:
    """The inbox being filled and what is true about each file in it."""

    inbox: Path
    deliveries: list[dict] = field(default_factory=list)
    rejected: list[dict] = field(default_factory=list)
    sections: list[dict] = field(default_factory=list)
    payment_faults: list[dict] = field(default_factory=list)

    def send(
        self,
        sender: str,
        feed: str,
        business_date: int,
        sheet: Sheet,
        habit: Habit,
        received_at: datetime,
        *,
        revision: int = 1,
        rows: list[tuple[int, str]] = (),
        rotten_units: tuple[int, ...] = (),
        rot_kind: str | None = None,
        is_rotten: bool = False,
        n_rows: int | None = None,
        total: int | None = None,
        data: bytes | None = None,
        label: str = "",
    ) -> None:
        """Write one file. `rows`: (row of the sheet, kind) of rows planted to be rejected. `data`: bytes to
        send in
        place of the sheet's. `n_rows`, `total`: what manifest and totals row state instead of the truth."""
        habit = habit.at_size(sheet.n_rows)
        packed, first_line = pack(sheet, habit, total)
        data = packed if data is None else data
        sha256 = hashlib.sha256(data).hexdigest()
        name = self._name(sender, feed, business_date, revision, habit, label)
        path = self.inbox / sender / feed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if habit.has_manifest:
            self._manifest(path, sender, feed, business_date, revision, n_rows or sheet.n_rows, sha256, received_at)
        else:
            os.utime(path, (received_at.timestamp(), received_at.timestamp()))
        which = {
            "sender": sender,
            "feed": feed,
            "file_name": name,
            "sha256": sha256,
            "received_at": received_at,
        }
        self.deliveries.append(
            which
            | {
                "business_date": to_date(business_date),
                "revision": revision,
                "n_rows": sheet.n_rows,
                "is_rotten": is_rotten,
                "rot_kind": rot_kind,
            }
        )
        if not is_rotten:
            self.rejected += [which | {"line": first_line + row, "kind": kind} for row, kind in rows]
        self.sections += [which | {"unit_code": str(unit), "is_rotten": True} for unit in rotten_units]

    def send_half(
        self, sender: str, feed: str, business_date: int, sheet: Sheet, habit: Habit, received_at: datetime
    ) -> None:
        """The first half of a file whose manifest speaks of the whole: it must wait, and is no delivery
        yet."""
        data, _ = pack(sheet, habit)
        path = self.inbox / sender / feed / self._name(sender, feed, business_date, 1, habit, "_uploading")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data[: len(data) // 2])
        whole = hashlib.sha256(data).hexdigest()
        self._manifest(path, sender, feed, business_date, 1, sheet.n_rows, whole, received_at)

    def _manifest(
        self,
        path: Path,
        sender: str,
        feed: str,
        business_date: int,
        revision: int,
        n_rows: int,
        sha256: str,
        received_at: datetime,
    ) -> None:
        manifest = {
            "feed": feed,
            "sender": sender,
            "business_date": to_date(business_date).isoformat(),
            "revision": revision,
            "n_rows": n_rows,
            "sha256": sha256,
            "received_at": received_at.isoformat(),
        }
        path.with_name(path.name + SUFFIX).write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")

    def _name(self, sender: str, feed: str, business_date: int, revision: int, habit: Habit, label: str) -> str:
        day = f"{to_date(business_date):%Y%m%d}"
        title = feed if habit.container in ("csv", "csv_gz") else contract(feed).zh
        version = f"_v{revision}" if revision > 1 or habit.container == "xls" else ""
        return f"{title}_{day}{version}{label}{ENDINGS[habit.container]}"
