"""What the municipal platform hands on each school day: class_return and absence of all units in one file
each."""

import numpy as np

from rollcall.simulate.clock import to_date
from rollcall.simulate.presence import Day
from rollcall.simulate.school_feeds import class_names
from rollcall.simulate.world import World


def class_return(world: World, day: Day) -> dict:
    """One row per class that returned."""
    classes = day.classes.take(day.classes.has_returned)
    return {
        "unit_code": world.geo.unit_code[classes.unit],
        "school_code": world.school_code[classes.school],
        "grade": classes.grade,
        "class_no": class_names(classes.class_no),
        "day": np.full(len(classes), day.day),
        "n_expected": classes.n_expected,
        "n_present": classes.n_expected - classes.n_absent,
        "n_absent": classes.n_absent,
        "returned_at": moments(day.day, classes.minute),
    }


def absence(world: World, day: Day) -> tuple[dict, np.ndarray]:
    """One row per absent pupil, and the seat of each row."""
    order = np.argsort(day.absences.seat, kind="stable")
    absences = day.absences.take(order)
    seats = world.seats.take(absences.seat)
    return {
        "unit_code": world.geo.unit_code[seats.unit],
        "school_code": world.school_code[seats.school],
        "grade": seats.grade,
        "class_no": class_names(seats.class_no),
        "roll_number": seats.roll_number,
        "day": np.full(len(seats), day.day),
        "absence_kind": absences.kind,
        "marked_at": moments(day.day, absences.minute),
    }, absences.seat


def moments(day: int, minutes: np.ndarray) -> np.ndarray:
    """Times of one day as text."""
    texts = np.array([f"{to_date(day).isoformat()} {m // 60:02d}:{m % 60:02d}:00" for m in range(1440)], object)
    return texts[minutes]
