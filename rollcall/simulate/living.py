"""Let all fates happen: who leaves, who moves, who is visited."""

from rollcall.simulate import leaving, moving, visiting
from rollcall.simulate.cast import Cast
from rollcall.simulate.clock import Clock
from rollcall.simulate.columns import Columns
from rollcall.simulate.life import Life


def live(people: Columns, schools: Columns, seats: Columns, cast: Cast, clock: Clock, seed: int) -> Life:
    """The record of all that happens in the weeks of the clock. The same arguments give the same record."""
    life = Life(seats=seats)
    leaving.happen(life, people, schools, cast, clock, seed)
    moving.happen(life, people, schools, cast, clock, seed)
    visiting.happen(life, people, clock, seed)
    life.finish()
    return life
