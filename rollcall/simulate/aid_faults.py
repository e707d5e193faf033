"""The faults planted in payments: the red flags of a finance office, each at least once at every scale; payments to
those who have left, from the second month on.

Paid though absent for long is not among them: dropouts whom a school keeps on its roll are paid without our doing.
"""

import numpy as np

from rollcall.simulate.aid_rates import ACCOUNT_BLOCK, BOARDING, BOARDS, NOURISHED, OLD_NUTRITION
from rollcall.simulate.clock import to_date
from rollcall.simulate.columns import Columns, dice
from rollcall.simulate.world import World

# Every unit has one or two of them, so that each is somewhere however few pupils there are.
KINDS = ("wrong_rate", "boarding_to_day_pupil", "shared_account", "too_many_days", "second_school", "unpaid")
PER_KIND = 0.00003  # of the pupils, at least one each
LEFT = {"51": "after_death", "21": "after_transfer"}  # kinds of change
SHORT_EVERY = 40  # transfers


def left_but_paid(world: World, unit: int, day: int, period: int) -> dict[int, str]:
    """Seats of the dead, and of every third who went to another school, that are paid on: seat -> fault.

    Aid stops with the month after: for the month of a death nothing is wrong yet, and the fault is "".
    """
    found = {}
    for seat, on, kind, *_ in world.life.changes:
        if kind not in LEFT or on > day or world.seats.unit[seat] != unit:
            continue
        left_on = to_date(on)
        if left_on.year * 100 + left_on.month >= period:
            found |= {int(seat): ""} if kind == "51" else {}
        elif kind == "51" or seat % 3 == 0:
            found[int(seat)] = LEFT[kind]
    return found


def unpaid(world: World, unit: int, entitled: np.ndarray) -> np.ndarray:
    """Of the seats entitled when the term begins those that get nothing in any month."""
    if not _has(unit, "unpaid"):
        return entitled[:0]
    free = np.unique(entitled[~world.cast.protected[world.seats.child[entitled]]])
    # Scattered by their number: the same in every month.
    return free[np.argsort(free * 2_654_435_761 % 2**32)[: _n(len(entitled))]]


def plant(world: World, unit: int, paid: Columns) -> Columns:
    """The payments with this unit's share of the faults, named in `fault`. Seats of children whose fate the score is
    about are left alone."""
    rng = dice(world.seed, f"aid faults {unit}")
    sound = ~world.cast.protected[world.seats.child[paid.seat]] & (paid.fault == "")
    junior = (world.seats.grade[paid.seat] > 6).astype(int)
    n = _n(len(paid))
    extra = []

    def some(kind: str, which: np.ndarray, n_wanted: int = n) -> np.ndarray:
        """Rows for this fault among `which`; none if the unit does not have it."""
        among = np.flatnonzero(which & sound & (paid.fault == ""))
        return rng.choice(among, min(n_wanted, len(among)), replace=False) if _has(unit, kind) else among[:0]

    rows = some("wrong_rate", paid.programme == NOURISHED)
    paid.put(rows, rate=OLD_NUTRITION, fault="wrong_rate")
    rows = some("shared_account", paid.days < 0, 4)
    paid.put(rows, account=ACCOUNT_BLOCK + unit, fault="shared_account")
    rows = some("too_many_days", paid.days > 0)
    paid.days[rows] += 6
    paid.fault[rows] = "too_many_days"
    rows = some("boarding_to_day_pupil", ~world.seats.is_boarder[paid.seat])
    more = paid.take(rows)
    more.put(slice(None), programme=BOARDS, rate=BOARDING[junior[rows]], days=-1, fault="boarding_to_day_pupil")
    extra.append(more)
    more = paid.take(some("second_school", paid.programme >= 0))
    others = np.flatnonzero(world.schools.unit == unit)
    more.put(slice(None), school=rng.choice(others, len(more)), fault="second_school")
    extra.append(more.take(more.school != world.seats.school[more.seat]))
    return Columns.stack([paid, *extra])


def short(amounts: list[int]) -> tuple[list[int], list[int]]:
    """The sums sent down, one in forty of them a tenth too small; and the places of those."""
    places = list(range(0, len(amounts), SHORT_EVERY))
    return [amount * 9 // 10 if place in places else amount for place, amount in enumerate(amounts)], places


def _has(unit: int, kind: str) -> bool:
    return (unit + KINDS.index(kind)) % 4 == 0


def _n(n_payments: int) -> int:
    return max(1, round(PER_KIND * n_payments))
