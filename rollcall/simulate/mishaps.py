"""Carry one delivery to the inbox through what the plan of faults holds for it."""

from dataclasses import replace

import numpy as np

from rollcall.contracts.load import contract
from rollcall.simulate import spoil
from rollcall.simulate.clock import at
from rollcall.simulate.containers import pack
from rollcall.simulate.delivery import Post
from rollcall.simulate.faults import Plan
from rollcall.simulate.habits import Habit
from rollcall.simulate.render import Sheet

DAY, HOUR = 86_400, 3_600
LATE = {"late": 3 * DAY, "very_late": 8 * DAY}
PLATFORM_LATE = 18 * HOUR
OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")


class Carrier:
    """Sends sheets by the plan. `other_sheet`: the sheet of another feed, for senders who mix up their
    folders."""

    def __init__(self, post: Post, plan: Plan, other_sheet: Sheet, rng: np.random.Generator) -> None:
        self.post, self.plan, self.other_sheet, self.rng = post, plan, other_sheet, rng

    def carry(
        self,
        sender: str,
        feed: str,
        day: int,
        sheet: Sheet,
        habit: Habit,
        seconds: int,
        free: np.ndarray | None = None,
    ) -> None:
        """Send one delivery received so many seconds after the start of its business date; `free`: rows
        that may be
        spoilt (None = all)."""
        key = (feed, sender, day)
        fault = self.plan.faults.get(key, "")
        kinds = self.plan.rows.get(key)
        if fault == "missing":
            return
        if fault in LATE:
            seconds += PLATFORM_LATE if sender == "platform" else LATE[fault]
        if fault.removeprefix("mended ") in ROTS:
            self._rotten(sender, feed, day, sheet, habit, seconds, fault.removeprefix("mended "), free)
            if fault.startswith("mended"):
                self.post.send(sender, feed, day, sheet, habit, at(day, seconds + DAY), revision=2, rot_kind="mended")
        elif fault in ("corrected", "a_b_a"):
            self._again(sender, feed, day, sheet, habit, seconds, fault)
        elif key in self.plan.sections:
            self._bad_section(sender, feed, day, sheet, habit, seconds, self.plan.sections[key])
        else:
            if fault == "half_arrived":
                self.post.send_half(sender, feed, day, sheet, habit, at(day, seconds))
                seconds += 2 * HOUR
            rows: list[tuple[int, str]] = []
            if kinds:
                every = np.arange(sheet.n_rows)
                sheet, rows = spoil.plant_rows(sheet, list(kinds), every if free is None else every[free], self.rng)
            self.post.send(sender, feed, day, sheet, habit, at(day, seconds), rows=rows, rot_kind=fault or None)
            if fault == "doubled":
                self.post.send(
                    sender,
                    feed,
                    day,
                    sheet,
                    habit,
                    at(day, seconds + 3 * HOUR),
                    rot_kind=fault,
                    label="_copy",
                )

    def _again(self, sender: str, feed: str, day: int, sheet: Sheet, habit: Habit, seconds: int, fault: str) -> None:
        """B then A, or A, then B, then A again: the last revision is the truth."""
        other = spoil.change_some(sheet, self.rng)
        versions = [other, sheet] if fault == "corrected" else [sheet, other, sheet]
        for revision, version in enumerate(versions, 1):
            received = at(day, seconds + (revision - 1) * 20 * HOUR)
            self.post.send(sender, feed, day, version, habit, received, revision=revision, rot_kind=fault)

    def _bad_section(
        self, sender: str, feed: str, day: int, sheet: Sheet, habit: Habit, seconds: int, unit: int
    ) -> None:
        name, wrong = ("n_present", "999") if feed == "class_return" else ("absence_kind", "8-不详")
        inside = [text == str(unit) for text in sheet.cells[sheet.place("unit_code")].to_pylist()]
        old = sheet.cells[sheet.place(name)].to_pylist()
        bad = spoil.with_column(sheet, name, [wrong if here else text for here, text in zip(inside, old, strict=True)])
        self.post.send(sender, feed, day, bad, habit, at(day, seconds), rotten_units=(unit,), rot_kind="bad_section")

    def _rotten(
        self, sender: str, feed: str, day: int, sheet: Sheet, habit: Habit, seconds: int, kind: str, free
    ) -> None:
        changed, habit, options = ROTS[kind](self, feed, sheet, habit, free)
        self.post.send(sender, feed, day, changed, habit, at(day, seconds), is_rotten=True, rot_kind=kind, **options)


def _wrong_feed(carrier: Carrier, feed: str, sheet: Sheet, habit: Habit, free) -> tuple[Sheet, Habit, dict]:
    return carrier.other_sheet, habit, {}


def _header_missing(carrier: Carrier, feed: str, sheet: Sheet, habit: Habit, free) -> tuple[Sheet, Habit, dict]:
    required = [column.name for column in contract(feed).columns if column.is_required and column.name in sheet.names]
    return spoil.without_column(sheet, required[len(required) // 2]), habit, {}


def _undecodable(carrier: Carrier, feed: str, sheet: Sheet, habit: Habit, free) -> tuple[Sheet, Habit, dict]:
    habit = replace(habit, container="csv")
    data, _ = pack(sheet, habit)
    middle = len(data) * 3 // 5
    return sheet, habit, {"data": data[:middle] + b"\xff\xff\x80\xff" + data[middle:]}


def _numbers_destroyed(carrier: Carrier, feed: str, sheet: Sheet, habit: Habit, free) -> tuple[Sheet, Habit, dict]:
    return spoil.destroy_numbers(sheet, "id_number"), habit, {}


def _garbage(carrier: Carrier, feed: str, sheet: Sheet, habit: Habit, free) -> tuple[Sheet, Habit, dict]:
    return sheet, replace(habit, container="xls"), {"data": OLE2 + carrier.rng.bytes(6_000)}


def _share_exceeded(carrier: Carrier, feed: str, sheet: Sheet, habit: Habit, free) -> tuple[Sheet, Habit, dict]:
    n = max(7, sheet.n_rows // 10)
    bad, _ = spoil.plant_rows(sheet, ["code_unknown"] * n, np.arange(sheet.n_rows), carrier.rng)
    return bad, habit, {}


def _truncated_manifest(carrier: Carrier, feed: str, sheet: Sheet, habit: Habit, free) -> tuple[Sheet, Habit, dict]:
    habit = replace(habit, has_totals=False)
    return spoil.first_rows(sheet, max(1, sheet.n_rows * 7 // 10)), habit, {"n_rows": sheet.n_rows}


def _truncated_totals(carrier: Carrier, feed: str, sheet: Sheet, habit: Habit, free) -> tuple[Sheet, Habit, dict]:
    return spoil.first_rows(sheet, max(1, sheet.n_rows * 7 // 10)), habit, {"total": sheet.n_rows}


def _truncated_declared(carrier: Carrier, feed: str, sheet: Sheet, habit: Habit, free) -> tuple[Sheet, Habit, dict]:
    """Pupils of the largest school are cut off: only what the school declares shows it."""
    school = np.array(sheet.cells[sheet.place("school_code")].to_pylist(), object)
    codes, counts = np.unique(school.astype(str), return_counts=True)
    rows = np.flatnonzero(school == codes[counts.argmax()])
    return spoil.without_rows(sheet, rows[len(rows) // 2 :]), habit, {}


ROTS = {
    "wrong_feed": _wrong_feed,
    "header_missing": _header_missing,
    "undecodable": _undecodable,
    "numbers_destroyed": _numbers_destroyed,
    "garbage": _garbage,
    "share_exceeded": _share_exceeded,
    "truncated_manifest": _truncated_manifest,
    "truncated_totals": _truncated_totals,
    "truncated_declared": _truncated_declared,
}
