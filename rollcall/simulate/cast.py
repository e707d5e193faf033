"""Who meets which fate: children chosen once, each for one fate only, before anything is written down."""

from dataclasses import dataclass, field

import numpy as np

from rollcall.simulate.columns import Columns, at_least, dice
from rollcall.simulate.enrol import IN_ORDINARY
from rollcall.simulate.households import LOCAL
from rollcall.simulate.people import NEVER, NO_PLACE

# Fate: (share of all pupils, least number, share of junior pupils among them, only when weeks go by).
FATES = {
    "dropout_before": (0.0003, 6, 0.85, False),
    "dropout": (0.0006, 10, 0.85, True),
    "dropout_returns": (0.0004, 6, 0.8, True),
    "ghost": (0.0003, 8, 0.5, False),
    "suspension_overrun": (0.0001, 3, 0.7, True),
    "transfer_lost": (0.0003, 6, 0.5, True),
    "suspended": (0.0012, 6, 0.5, False),
    "suspension_ends": (0.0002, 3, 0.5, True),
    "dead": (0.00006, 3, 0.4, True),
    "transfer": (0.003, 10, 0.35, True),
    "transfer_outside": (0.0008, 5, 0.4, True),
    "moved_out": (0.0004, 3, 0.4, True),
    "double_enrolled": (0.001, 4, 0.4, False),
    "thief": (0.0002, 4, 0.4, False),
    "careless_thief": (0.0001, 3, 0.4, False),
    "left_out": (0.00004, 2, 0.7, True),
    "withdrawn": (0.00005, 2, 0.8, True),
}
UNACCOUNTED = (
    "dropout_before",
    "dropout",
    "dropout_returns",
    "ghost",
    "suspension_overrun",
    "transfer_lost",
    "left_out",
    "withdrawn",
)


@dataclass
class Cast:
    """`seats`: fate -> positions in the table of seats. `never`: fate -> child_ids among the never enrolled.

    `protected`: mask over children whose rows no clerk and no fault may touch, because the truth about them
    is
    what the score is about.
    """

    seats: dict[str, np.ndarray] = field(default_factory=dict)
    never: dict[str, np.ndarray] = field(default_factory=dict)
    waiting: np.ndarray = field(default_factory=lambda: np.empty(0, int))
    protected: np.ndarray = field(default_factory=lambda: np.empty(0, bool))


def choose(people: Columns, seats: Columns, weeks: int, seed: int) -> Cast:
    """Draw the fates. Children of fates are local, registered, not disabled, with a formal roll number."""
    rng = dice(seed, "cast")
    cast = Cast()
    child = seats.child
    ordinary = (people.origin[child] == LOCAL) & (seats.learning == IN_ORDINARY) & (people.twin_of[child] < 0)
    ordinary &= seats.roll_number.astype("S1") == b"G"
    twins = np.zeros(len(people), bool)
    twins[people.twin_of[people.twin_of >= 0]] = True
    ordinary &= ~twins[child]
    junior, primary = (
        rng.permutation(np.flatnonzero(ordinary & stage)) for stage in (seats.grade > 6, seats.grade <= 6)
    )
    for fate, (rate, least, junior_share, needs_time) in FATES.items():
        n = at_least(rate, len(seats), least) if weeks or not needs_time else 0
        n_junior = round(n * junior_share)
        cast.seats[fate] = np.concatenate([junior[:n_junior], primary[: n - n_junior]])
        junior, primary = junior[n_junior:], primary[n - n_junior :]
    _never(cast, people, rng)
    cast.protected = np.zeros(len(people), bool)
    for fate in UNACCOUNTED:
        cast.protected[child[cast.seats[fate]]] = True
    for fate in ("thief", "careless_thief", "double_enrolled"):
        cast.protected[child[cast.seats[fate]]] = True
    cast.protected[(people.part == NEVER) | (people.part == NO_PLACE)] = True
    return cast


def _never(cast: Cast, people: Columns, rng: np.random.Generator) -> None:
    """Of the never enrolled: some whose ID another uses, some with a forged receipt, some with a mere
    claim."""
    never = rng.permutation(np.flatnonzero(people.part == NEVER))
    n = max(2, len(never) // 12)
    for fate in ("forged", "claimed"):
        cast.never[fate], never = never[:n], never[n:]
    for fate, thief in (("stolen", "thief"), ("stolen_plainly", "careless_thief")):
        n_thieves = min(len(cast.seats[thief]), len(never) // 3)
        cast.seats[thief] = cast.seats[thief][:n_thieves]
        cast.never[fate], never = never[:n_thieves], never[n_thieves:]
    cast.never["plain"] = never
    cast.waiting = rng.permutation(np.flatnonzero(people.part == NO_PLACE))
