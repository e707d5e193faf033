"""The daily roll call: which classes return, who is absent, what the teachers write."""

from dataclasses import dataclass

import numpy as np

from rollcall.simulate.clock import FOREVER, Clock
from rollcall.simulate.columns import Columns, at_least, dice
from rollcall.simulate.life import Life

SPELLS_PER_DAY = 0.0045  # a spell of absence begins, per pupil and school day
LONG_LEAVE, LONG_LEAVE_DAYS = 0.00006, 40  # share of pupils ill for so many school days without a suspension
SILENT = 0.025  # a class does not return on a day
NEGLIGENT, NEGLIGENT_SILENT = 0.02, 0.4  # classes that often do not
CLASS_KEYS_PER_SCHOOL = 16 * 1024
SICK, EXCUSED, TRUANT, UNKNOWN = "sick", "excused", "truant", "unknown"


@dataclass
class Day:
    """One school day. `classes`: unit, school, grade, class_no, n_expected, n_absent, has_returned, minute.
    `absences`: seat, kind, minute, class_row (position in classes). Only returned classes have absences
    here."""

    day: int
    classes: Columns
    absences: Columns


def class_keys(seats: Columns) -> np.ndarray:
    """A number that names the class of each seat."""
    return seats.school.astype(np.int64) * CLASS_KEYS_PER_SCHOOL + seats.grade.astype(np.int64) * 1024 + seats.class_no


def roll_call(life: Life, clock: Clock, seed: int) -> list[Day]:
    """Every school day in order."""
    rng = dice(seed, "presence")
    seats = life.seats
    key = class_keys(seats)
    known, first, class_of = np.unique(key, return_index=True, return_inverse=True)
    silent = np.where(rng.random(len(known)) < NEGLIGENT, NEGLIGENT_SILENT, SILENT)
    spells = _spells(life, clock, rng, dice(seed, "long leave"))
    out_seat, out_from, out_to, out_marks = (np.array(part, np.int64) for part in zip(*life.outs, strict=True))
    days = []
    for place, day in enumerate(clock.school_days):
        here = (seats.from_on <= day) & (day < seats.to_on) & (seats.expected_from <= day) & (day < seats.expected_to)
        expected = np.bincount(class_of[here], minlength=len(known))
        returns = (expected > 0) & (rng.random(len(known)) >= silent)
        out = (out_from <= day) & (day < out_to) & (day < out_marks)
        ill = (spells.first <= place) & (place <= spells.last)
        seat = np.concatenate([out_seat[out], spells.seat[ill]])
        kind = np.concatenate([np.where(rng.random(int(out.sum())) < 0.4, TRUANT, UNKNOWN), spells.kind[ill]])
        seat, once = np.unique(seat, return_index=True)
        kind = kind[once]
        listed = here[seat] & returns[class_of[seat]]
        seat, kind = seat[listed], kind[listed]
        rows = np.flatnonzero(expected > 0)
        row_of = np.full(len(known), -1)
        row_of[rows] = np.arange(len(rows))
        classes = seats.take(first[rows])
        days.append(
            Day(
                day=day,
                classes=Columns(
                    unit=classes.unit,
                    school=classes.school,
                    grade=classes.grade,
                    class_no=classes.class_no,
                    n_expected=expected[rows],
                    n_absent=np.bincount(class_of[seat], minlength=len(known))[rows],
                    has_returned=returns[rows],
                    minute=rng.integers(480, 600, len(rows)),
                ),
                absences=Columns(
                    seat=seat,
                    kind=kind.astype("U8"),
                    minute=rng.integers(475, 560, len(seat)),
                    class_row=row_of[class_of[seat]],
                ),
            )
        )
    return days


def _spells(life: Life, clock: Clock, rng: np.random.Generator, long_rng: np.random.Generator) -> Columns:
    """Ordinary absences: seat, first and last school day (positions), kind. Not for children who truly
    left. A few are ill for long, and no ordinary absence breaks that."""
    n_days = len(clock.school_days)
    free = np.ones(len(life.seats), bool)
    free[[seat for seat, *_ in life.outs]] = False
    away = np.isin(life.seats.child, [child for child, _, _, _, since, _ in life.spells if since >= 0])
    pool = np.flatnonzero(free & ~away & (life.seats.expected_from < FOREVER))
    n = round(len(pool) * SPELLS_PER_DAY * (n_days + 2))
    first = rng.integers(-2, n_days, n)
    n_long = at_least(LONG_LEAVE, len(pool), 2)
    long_first = long_rng.integers(0, max(1, n_days - LONG_LEAVE_DAYS), n_long)
    return Columns(
        seat=np.concatenate([long_rng.choice(pool, n_long), rng.choice(pool, n)]),
        first=np.concatenate([long_first, first]),
        last=np.concatenate([long_first + LONG_LEAVE_DAYS - 1, first + rng.geometric(0.42, n) - 1]),
        kind=np.concatenate([np.full(n_long, SICK), rng.choice([SICK, EXCUSED, TRUANT], n, p=[0.66, 0.28, 0.06])]),
    )
