"""The end of the school year before, in the unit that began first."""

import numpy as np

from rollcall.simulate.last_year import SILENT_CLASS, roll_calls
from rollcall.simulate.people import NEVER, NOT_OF_AGE


def test_everybody_was_a_grade_lower_and_some_have_left(world):
    seats, now = world.last_year, world.seats
    this_year = dict(zip(now.child.tolist(), now.grade.tolist(), strict=True))
    stayed = [place for place, child in enumerate(seats.child.tolist()) if child in this_year]
    assert stayed and all(this_year[int(seats.child[place])] == seats.grade[place] + 1 for place in stayed)
    part = world.people.part[seats.child]
    assert (part == NEVER).sum() == 1 and (seats.grade[part == NOT_OF_AGE] == 9).all()
    assert len(np.unique(seats.unit)) == 1


def test_one_class_that_finishes_says_nothing_in_the_last_days(world):
    finishing = world.last_year.class_no[world.last_year.grade == 9]
    assert set(finishing.tolist()) == {1, SILENT_CLASS}
    days = roll_calls(world.clock, world.last_year)
    assert days and all(day.day < world.clock.opening for day in days)
    for day in days:
        silent = ~day.classes.has_returned
        assert silent.sum() == 1 and day.classes.grade[silent] == 9 and day.classes.class_no[silent] == SILENT_CLASS
