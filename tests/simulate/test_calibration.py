"""The municipality is shaped like the real one, within what chance allows at 1:500."""

import numpy as np
import pytest

from rollcall.simulate.clock import FOREVER
from rollcall.simulate.schools import FULL_SIZE


@pytest.fixture(scope="module")
def pupils(world):
    first = world.seats.take((world.seats.from_on < world.clock.first) & (world.seats.expected_from < FOREVER))
    return first, world.people.take(first.child)


def test_pupils_and_register(world):
    assert (world.people.part == 0).sum() == round(3_140_000 * 0.002)
    of_age = (world.people.grade >= 1) & (world.people.grade <= 9) & world.people.on_register
    assert 3_250_000 * 0.002 < of_age.sum() < 3_420_000 * 0.002


def test_every_unit_and_district_is_there(world):
    assert set(world.seats.unit.tolist()) == set(range(41))
    assert len(set(world.geo.unit_district[world.people.register_unit].tolist())) == 38
    assert np.bincount(world.schools.unit, minlength=41).min() >= 2
    assert abs(make_full_size() - FULL_SIZE) < 60


def make_full_size() -> int:
    from rollcall.simulate.geography import geography
    from rollcall.simulate.schools import POINT, make_schools

    return int((make_schools(geography(), 1.0, 1).kind != POINT).sum())


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("primary", 0.63, 0.67),
        ("boys", 0.50, 0.56),
        ("left_behind", 0.13, 0.18),
        ("migrant", 0.08, 0.13),
        ("minority", 0.05, 0.09),
        ("filed_poor", 0.055, 0.095),
        ("disabled", 0.003, 0.0085),
        ("nutrition", 0.42, 0.68),
        ("unregistered", 0.004, 0.016),
        ("formal_number", 0.94, 0.98),
    ],
)
def test_shares(world, pupils, name, low, high):
    seats, them = pupils
    share = {
        "primary": seats.grade <= 6,
        "boys": them.sex == 1,
        "left_behind": them.left_behind > 0,
        "migrant": them.is_migrant,
        "minority": them.ethnicity != "01",
        "filed_poor": them.hardship == "filed_poor",
        "disabled": them.disability_kind > 0,
        "nutrition": world.schools.is_nutrition[seats.school],
        "unregistered": ~them.on_register,
        "formal_number": seats.roll_number.astype("S1") == b"G",
    }[name].mean()
    assert low <= share <= high


def test_boarders(pupils):
    seats, _ = pupils
    assert 0.30 <= seats.is_boarder[seats.grade > 6].mean() <= 0.55
    assert 0.03 <= seats.is_boarder[seats.grade <= 6].mean() <= 0.14


def test_absence_is_rare_and_most_classes_return(world):
    absent = sum(len(day.absences) for day in world.days)
    expected = sum(int(day.classes.n_expected.sum()) for day in world.days)
    assert 0.005 < absent / expected < 0.03
    assert all(0.9 < day.classes.has_returned.mean() <= 1 for day in world.days)


def test_make_up_day_and_holidays(world):
    days = {str(np.datetime64(day, "D")) for day in world.clock.school_days}
    assert "2019-09-29" in days and "2019-09-13" not in days and len(days) == 20
