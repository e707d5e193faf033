"""Desks: which pupil sits in which school, grade and class at the start, under which roll number."""

from datetime import date

import numpy as np

from rollcall.simulate import ids
from rollcall.simulate.clock import FOREVER, Clock, to_number
from rollcall.simulate.columns import Columns, dice
from rollcall.simulate.geography import Geography
from rollcall.simulate.people import PUPIL
from rollcall.simulate.schools import SPECIAL

BOARDING = {
    1: np.array([0.02, 0.06, 0.17, 0.18]),
    7: np.array([0.22, 0.46, 0.62, 0.64]),
}  # by first grade and zone
FIRST_DATE = to_number(date(2004, 9, 1))  # the date inside a temporary number says nothing about the child
IN_ORDINARY, IN_SPECIAL, IN_CLASS, AT_HOME = range(4)  # where a disabled pupil learns


def seat(geo: Geography, people: Columns, schools: Columns, clock: Clock, scale: float, seed: int) -> Columns:
    """One row per pupil at the start.

    Columns: child, unit, school (position), grade, class_no, is_boarder, learning, roll_number, from_on,
    to_on
    (half-open days on the roll), expected_from, expected_to (days on which the class teacher expects the
    pupil at a
    desk), entered (YYYYMM).
    """
    rng = dice(seed, "seats")
    child = np.flatnonzero(people.part == PUPIL)
    unit, grade = people.unit[child].astype(int), people.grade[child].astype(int)
    school = np.where(
        grade <= 6,
        _draw(schools, schools.weight_primary, unit, rng),
        _draw(schools, schools.weight_junior, unit, rng),
    )
    learning = _learning(people, child, rng)
    special_of = np.full(len(geo.unit_code), -1)
    special = np.flatnonzero(schools.kind == SPECIAL)
    special_of[schools.unit[special]] = special
    goes = (learning == IN_SPECIAL) & (special_of[unit] >= 0)
    learning[(learning == IN_SPECIAL) & ~goes] = IN_CLASS
    school[goes] = special_of[unit[goes]]
    zone = geo.unit_zone[unit]
    share = np.where(grade <= 6, BOARDING[1][zone], BOARDING[7][zone])
    pupils = Columns(
        child=child,
        unit=unit.astype(np.int16),
        school=school.astype(np.int32),
        grade=grade.astype(np.int8),
        class_no=_classes(school, grade, scale, rng),
        is_boarder=_boards(schools.is_boarding[school], unit * 2 + (grade > 6), share, rng),
        learning=learning,
        roll_number=_roll_numbers(people, child, rng),
        from_on=np.full(len(child), clock.opening - 1, np.int32),
        to_on=np.full(len(child), FOREVER, np.int32),
        expected_from=np.where(learning == AT_HOME, FOREVER, 0).astype(np.int32),
        expected_to=np.full(len(child), FOREVER, np.int32),
        entered=((clock.school_year - np.where(grade <= 6, grade - 1, grade - 7)) * 100 + 9).astype(np.int32),
    )
    order = np.lexsort((pupils.class_no, pupils.grade, pupils.school))
    return pupils.take(order)


def _draw(schools: Columns, weight: np.ndarray, unit: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A school of each pupil's unit, by weight."""
    school = np.empty(len(unit), np.int64)
    for code in np.unique(unit):
        rows = np.flatnonzero(unit == code)
        places = np.flatnonzero((schools.unit == code) & (weight > 0))
        school[rows] = places[rng.choice(len(places), len(rows), p=weight[places] / weight[places].sum())]
    return school


def _boards(can: np.ndarray, group: np.ndarray, share: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whether each pupil boards: only in boarding schools, so that each group (unit and stage) meets its
    share."""
    places = np.bincount(group, can) / np.maximum(np.bincount(group), 1)
    return can & (rng.random(len(can)) < np.minimum(share / np.maximum(places[group], 0.01), 0.97))


def _learning(people: Columns, child: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    drawn = rng.choice([IN_ORDINARY, IN_SPECIAL, IN_CLASS, AT_HOME], len(child), p=[0.0, 0.27, 0.50, 0.23])
    return np.where(people.disability_kind[child] > 0, drawn, IN_ORDINARY).astype(np.int8)


def _classes(school: np.ndarray, grade: np.ndarray, scale: float, rng: np.random.Generator) -> np.ndarray:
    """Class numbers from 1 within school and grade, of at most 45 pupils."""
    group = school * 16 + grade
    order = np.lexsort((rng.random(len(group)), group))
    ordered = group[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sizes = np.diff(np.r_[starts, len(ordered)])
    rank = np.arange(len(ordered)) - np.repeat(starts, sizes)
    class_no = np.empty(len(group), np.int16)
    class_no[order] = rank % np.repeat(-(-sizes // 45), sizes) + 1
    return class_no


def _roll_numbers(people: Columns, child: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """G + ID for most; L + the shape of an ID, J for a few."""
    numbers = ids.roll_numbers(b"G", people.id[child])
    temporary = np.flatnonzero(rng.random(len(child)) < np.where(people.on_register[child], 0.03, 0.3))
    numbers[temporary] = temporary_numbers(temporary, b"L")
    without = temporary[rng.random(len(temporary)) < 0.05]
    numbers[without] = temporary_numbers(without, b"J")
    return numbers


def temporary_numbers(serial: np.ndarray, letter: bytes, bank: int = 0) -> np.ndarray:
    """Roll numbers shaped like an ID that are nobody's; `serial` (< 40 million) and `bank` (0..2) keep them
    apart."""
    serial = np.asarray(serial, np.int64)
    block = ids.TEMPORARY + bank * 10 + serial // 1000 % 10
    return ids.roll_numbers(letter, ids.id_numbers(block, FIRST_DATE + serial // 10_000, serial % 1000))
