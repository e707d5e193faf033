"""Children who truly are in no school: dropouts, ghosts, lost transfers, the never enrolled, those who
wait."""

import numpy as np

from rollcall.simulate.cast import Cast
from rollcall.simulate.clock import FOREVER, Clock, to_date, to_number
from rollcall.simulate.columns import Columns, dice
from rollcall.simulate.life import (
    DROPOUT,
    GHOST,
    LOST,
    NEVER_ENROLLED,
    NOBODY,
    PLACEMENT,
    PRESENT,
    SUSPENDED,
    Life,
    other_school,
)

CAUSES = ["weary", "work", "marriage", "poverty", "illness", "care", "family", "bullying", "missing", "other"]
CAUSE_WEIGHTS = [0.42, 0.18, 0.06, 0.05, 0.07, 0.05, 0.07, 0.05, 0.03, 0.02]
FALSE_MARK = "false_presence_mark"
PROVINCES = ("51", "44", "33", "52", "35", "32", "31", "53")


def happen(life: Life, people: Columns, schools: Columns, cast: Cast, clock: Clock, seed: int) -> None:
    """Record every fate that leaves a child unaccounted for."""
    rng = dice(seed, "leaving")
    _dropouts(life, people, cast, clock, rng)
    _ghosts(life, cast, clock, rng)
    _overrun_suspensions(life, cast, clock, rng)
    _lost_transfers(life, schools, cast, clock, rng)
    _never_enrolled(life, people, cast, clock, rng)
    _waiting(life, cast, clock, rng)
    _left_out(life, cast, clock, rng)
    _withdrawn(life, cast, clock, rng)


def school_day(clock: Clock, rng: np.random.Generator, first: int = 1, last_share: float = 1.0) -> int:
    """One of the simulated school days, not before position `first`."""
    days = clock.school_days
    stop = max(first + 1, round(len(days) * last_share))
    return days[min(int(rng.integers(first, stop)), len(days) - 1)]


def cause(rng: np.random.Generator) -> str:
    return str(rng.choice(CAUSES, p=CAUSE_WEIGHTS))


def _dropouts(life: Life, people: Columns, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    for seat in cast.seats["dropout_before"]:
        since = clock.first - int(rng.integers(60, 170))
        _leave(life, int(seat), since, FOREVER, clock, rng, hides=rng.random() < 0.08)
    for place, seat in enumerate(cast.seats["dropout"]):
        # A few leave on the very last day, so that reports not yet due always occur.
        since = clock.school_days[-1] if place < 2 else school_day(clock, rng)
        _leave(life, int(seat), since, FOREVER, clock, rng, hides=place in (2, 3) or rng.random() < 0.06)
    for seat in cast.seats["dropout_returns"]:
        since = school_day(clock, rng, last_share=0.6)
        _leave(life, int(seat), since, since + int(rng.integers(4, 13)), clock, rng, hides=False)


def _leave(life: Life, seat: int, since: int, back: int, clock: Clock, rng: np.random.Generator, hides: bool) -> None:
    """The pupil stays on the roll and away from school; a teacher who hides it marks presence, at once or
    later."""
    child = int(life.seats.child[seat])
    marks = FOREVER if not hides else since if rng.random() < 0.6 else since + 3
    if since > clock.opening:
        life.spell(child, clock.opening, since, PRESENT)
    life.spell(child, since, back, DROPOUT, since, FALSE_MARK if hides else "")
    if back < FOREVER:
        life.spell(child, back, FOREVER, PRESENT)
    life.outs.append((seat, since, back, marks))
    life.cases.append((child, seat, DROPOUT, since, back, cause(rng)))


def _ghosts(life: Life, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    for place, seat in enumerate(cast.seats["ghost"]):
        child, hides = int(life.seats.child[seat]), place % 3 == 0
        life.spell(child, clock.opening, FOREVER, GHOST, clock.opening, FALSE_MARK if hides else "")
        life.outs.append((int(seat), clock.opening, FOREVER, clock.opening if hides else FOREVER))
        life.cases.append((child, int(seat), GHOST, clock.opening, FOREVER, cause(rng)))


def _overrun_suspensions(life: Life, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    for place, seat in enumerate(cast.seats["suspension_overrun"]):
        child, ends = int(life.seats.child[seat]), school_day(clock, rng, last_share=0.5) - 1
        life.spell(child, clock.opening, ends + 1, SUSPENDED)
        life.spell(child, ends + 1, FOREVER, DROPOUT, ends + 1)
        # One teacher goes on as if the leave had no end, and neither counts nor lists the pupil.
        life.seats.expected_from[seat] = ends + 1 if place else FOREVER
        life.outs.append((int(seat), ends + 1, FOREVER, FOREVER))
        life.changes.append((int(seat), clock.first - 200, "11", "19", -1, -1, "", ends))
        life.cases.append((child, int(seat), SUSPENDED, clock.first - 200, ends + 1, "illness"))


def _lost_transfers(life: Life, schools: Columns, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    """Left for another school of the municipality, or for another province, and never came there."""
    for place, seat in enumerate(cast.seats["transfer_lost"]):
        child, since = int(life.seats.child[seat]), school_day(clock, rng)
        life.spell(child, clock.opening, since, PRESENT)
        life.spell(child, since, FOREVER, LOST, since)
        life.close(seat, since)
        left = int(life.seats.school[seat])
        if place % 3 == 2:
            life.changes.append((int(seat), since, "21", "99", left, -1, str(rng.choice(PROVINCES)), NOBODY))
        else:
            unit = int(life.seats.unit[seat]) if place % 3 else None
            to = other_school(schools, int(life.seats.grade[seat]), unit, left, rng)
            life.changes.append((int(seat), since, "21", "99", left, to, "", NOBODY))
        life.cases.append((child, int(seat), LOST, since, FOREVER, "other"))


def _never_enrolled(life: Life, people: Columns, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    """Of age, on the register, on no roll; since the September of the year each should have entered."""
    hidden = {"stolen": "stolen_id", "forged": "forged_receipt"}
    for fate, children in cast.never.items():
        for child in children:
            years = int(people.grade[child]) - 1 if rng.random() < 0.4 else 0
            since = to_number(to_date(clock.opening).replace(year=clock.school_year - years, month=9, day=1))
            life.spell(child, clock.opening, FOREVER, NEVER_ENROLLED, since, hidden.get(fate, ""))
            if fate in ("forged", "claimed"):
                proof = "receipt" if fate == "forged" else "claim"
                life.outside.append((int(child), str(rng.choice(PROVINCES)), since, NOBODY, proof, since))
            life.cases.append((int(child), NOBODY, NEVER_ENROLLED, since, FOREVER, cause(rng)))


def _waiting(life: Life, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    """Disabled children without a desk: half wait for a place, the others are deferred or exempt by paper."""
    for place, child in enumerate(cast.waiting):
        if place % 2 == 0:
            life.spell(child, clock.opening, FOREVER, NEVER_ENROLLED, clock.opening)
            life.cases.append((int(child), NOBODY, NEVER_ENROLLED, clock.opening, FOREVER, "disability"))
        else:
            life.spell(child, clock.opening, FOREVER, PLACEMENT)


def _left_out(life: Life, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    """Dropouts whom the teacher neither lists nor counts, while the school keeps them on the roll: only the count of
    the class shows it."""
    for seat in cast.seats["left_out"]:
        child, since = int(life.seats.child[seat]), school_day(clock, rng, last_share=0.5)
        life.spell(child, clock.opening, since, PRESENT)
        life.spell(child, since, FOREVER, DROPOUT, since)
        life.seats.expected_to[seat] = since
        life.outs.append((int(seat), since, FOREVER, FOREVER))


def _withdrawn(life: Life, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    """Dropouts whom the school takes off its roll, which compulsory education does not allow."""
    for seat in cast.seats["withdrawn"]:
        child, since = int(life.seats.child[seat]), school_day(clock, rng)
        life.spell(child, clock.opening, since, PRESENT)
        life.spell(child, since, FOREVER, DROPOUT, since)
        life.close(seat, since)
        life.changes.append((int(seat), since, "31", "39", int(life.seats.school[seat]), -1, "", NOBODY))
        life.cases.append((child, int(seat), DROPOUT, since, FOREVER, cause(rng)))
