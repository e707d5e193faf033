"""The end of the school year before, in the one unit that tried Rollcall before the others.

A roll of the last Monday and the roll calls of the last days: its ninth grades finish, one of their classes in silence;
everybody else moves up a grade; a child that entered no school since is seen on this roll for the last time.
"""

from datetime import date

import numpy as np

from rollcall.simulate import ids
from rollcall.simulate.cast import Cast
from rollcall.simulate.clock import FOREVER, Clock, is_school_day, to_date, to_number
from rollcall.simulate.columns import Columns
from rollcall.simulate.people import NOT_OF_AGE
from rollcall.simulate.presence import CLASS_KEYS_PER_SCHOOL, Day, class_keys
from rollcall.simulate.schools import POINT, SPECIAL

CLASS_SIZE = 40
SILENT_CLASS = 2  # of the ninth grade


def last_monday(clock: Clock) -> int:
    """Monday of the week in which the school year before ended."""
    end = to_number(date(clock.school_year, 7, 10))
    return end - to_date(end).weekday()


def closing_seats(people: Columns, schools: Columns, seats: Columns, cast: Cast, clock: Clock) -> Columns:
    """The unit's seats on that Monday, in the order of a roll; none unless the simulation opens a school year."""
    lost = cast.never["plain"][people.grade[cast.never["plain"]] > 1]
    leavers = np.flatnonzero((people.part == NOT_OF_AGE) & (people.grade == 10) & people.on_register)
    n_leavers = np.bincount(people.unit[leavers], minlength=people.unit.max() + 1)
    ordinary = (schools.kind != POINT) & (schools.kind != SPECIAL)
    units = [unit for unit in np.unique(people.unit[lost]) if _has_both(schools, ordinary, unit)]
    if to_date(clock.first).month != 9 or not units:
        return seats.take(np.empty(0, int))
    unit = max(units, key=lambda one: (n_leavers[one], -one))
    primary, junior = (
        int(np.flatnonzero(ordinary & (schools.unit == unit) & (weight > 0))[0])
        for weight in (schools.weight_primary, schools.weight_junior)
    )
    stayed = (seats.unit == unit) & (seats.from_on < clock.opening) & (seats.expected_from < FOREVER)
    stayed = seats.take(np.flatnonzero(stayed & (seats.grade > 1)))
    own = people.unit[leavers] == unit
    # Two at least, if need be from elsewhere: one for each of the classes.
    guests = leavers[~own][: max(0, SILENT_CLASS - int(own.sum()))]
    gone = np.concatenate([leavers[own], guests, lost[people.unit[lost] == unit][:1]])
    before = Columns.stack([stayed, _written(people, gone, stayed, clock)])
    before.grade = before.grade - 1
    came_up = (before.grade == 6) | ~np.isin(before.child, stayed.child)
    school = np.where(came_up, np.where(before.grade <= 6, primary, junior), before.school)
    before.school = school.astype(before.school.dtype)
    number = (
        np.where(
            before.grade == 9,
            np.cumsum(before.grade == 9) % SILENT_CLASS,
            np.cumsum(came_up) // CLASS_SIZE,
        )
        + 1
    )
    before.class_no = np.where(came_up, number, before.class_no).astype(before.class_no.dtype)
    before.unit[:] = unit
    return before.take(np.lexsort((before.class_no, before.grade, before.school)))


def _has_both(schools: Columns, ordinary: np.ndarray, unit: int) -> bool:
    here = ordinary & (schools.unit == unit)
    return bool((here & (schools.weight_primary > 0)).any() and (here & (schools.weight_junior > 0)).any())


def _written(people: Columns, child: np.ndarray, like: Columns, clock: Clock) -> Columns:
    """Entries of children who have none any more, written down without a slip."""
    rows = like.take(np.zeros(len(child), int))
    rows.child, rows.grade = child, people.grade[child].astype(like.grade.dtype)
    rows.roll_number = ids.roll_numbers(b"G", people.id[child])
    rows.w_id, rows.w_birth, rows.w_sex = people.id[child], people.birth[child], people.sex[child]
    rows.w_surname, rows.w_first, rows.w_second = people.surname[child], people.first[child], people.second[child]
    rows.w_id_type[:], rows.w_former[:], rows.is_boarder[:] = b"1", -1, False
    return rows


def counts(world, seats: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Pupils and classes of each school, over all schools."""
    n = len(world.schools)
    classes = np.unique(class_keys(seats)) // CLASS_KEYS_PER_SCHOOL
    return np.bincount(seats.school, minlength=n), np.bincount(classes, minlength=n)


def roll_calls(clock: Clock, seats: Columns) -> list[Day]:
    """The last days: nobody is absent, and one class says nothing."""
    known, first, size = np.unique(class_keys(seats), return_index=True, return_counts=True)
    one = seats.take(first)
    n = len(known)
    nobody = np.empty(0, int)
    return [
        Day(
            day=day,
            classes=Columns(
                unit=one.unit, school=one.school, grade=one.grade, class_no=one.class_no, n_expected=size,
                n_absent=np.zeros(n, int), has_returned=(one.grade < 9) | (one.class_no != SILENT_CLASS),
                minute=np.full(n, 500),
            ),
            absences=Columns(seat=nobody, kind=nobody.astype("U8"), minute=nobody, class_row=nobody),
        )
        for day in range(last_monday(clock), last_monday(clock) + 7)
        if is_school_day(day)
    ]  # fmt: skip
