"""The whole simulated municipality: map, people, schools, what happened, every morning's roll call."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from rollcall.simulate.cast import Cast, choose
from rollcall.simulate.clerks import write_down
from rollcall.simulate.clock import Clock
from rollcall.simulate.columns import Columns
from rollcall.simulate.enrol import seat
from rollcall.simulate.geography import Geography, geography
from rollcall.simulate.last_year import closing_seats, last_monday
from rollcall.simulate.life import Life
from rollcall.simulate.living import live
from rollcall.simulate.people import make_people
from rollcall.simulate.presence import Day, roll_call
from rollcall.simulate.schools import make_schools


@dataclass
class World:
    """Everything that is true. `school_code`: text of each school's code; `bounds`: first seat of each
    unit; `last_year`: the seats of one unit at the end of the school year before, on `last_year_on`."""

    geo: Geography
    clock: Clock
    seed: int
    people: Columns
    schools: Columns
    cast: Cast
    life: Life
    days: list[Day]
    last_year_on: int
    last_year: Columns
    school_code: np.ndarray = field(init=False)
    bounds: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.school_code = self.schools.code.astype("S10")
        self.bounds = np.searchsorted(self.life.seats.unit, np.arange(len(self.geo.unit_code) + 1))

    @property
    def seats(self) -> Columns:
        return self.life.seats

    def seats_on(self, unit: int, day: int) -> np.ndarray:
        """Positions of the entries on one unit's roll on a day, in the order of the roll."""
        first, last = self.bounds[unit], self.bounds[unit + 1]
        part = slice(first, last)
        return first + np.flatnonzero((self.seats.from_on[part] <= day) & (day < self.seats.to_on[part]))


def make_world(scale: float, start: date, weeks: int, seed: int, error_rate: float = 1.0) -> World:
    """Make the municipality and let its weeks pass. The same arguments give the same world.

    `error_rate`: how many times as often as usual the clerks err.
    """
    geo, clock = geography(), Clock(start, weeks)
    schools = make_schools(geo, scale, seed)
    people = make_people(geo, clock, scale, seed)
    seats = seat(geo, people, schools, clock, scale, seed)
    cast = choose(people, seats, weeks, seed)
    write_down(people, seats, cast, seed, error_rate)
    life = live(people, schools, seats, cast, clock, seed)
    before = closing_seats(people, schools, life.seats, cast, clock)
    return World(
        geo, clock, seed, people, schools, cast, life, roll_call(life, clock, seed), last_monday(clock), before
    )
