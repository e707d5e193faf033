"""What happens to children through the weeks: the record that every feed and the truth are written from."""

from dataclasses import dataclass, field

import numpy as np

from rollcall.simulate.clock import FOREVER, Clock
from rollcall.simulate.columns import Columns
from rollcall.simulate.people import ELSEWHERE, NEVER, NO_PLACE, NOT_OF_AGE
from rollcall.simulate.schools import POINT, SPECIAL

# States of the truth.
PRESENT, AWAY, DEAD, MOVED = "present", "elsewhere", "dead", "moved"
DROPOUT, NEVER_ENROLLED, GHOST, LOST = "dropout", "never_enrolled", "ghost", "transfer_lost"
SUSPENDED, PLACEMENT, TOO_YOUNG_OR_OLD = "suspended", "placement", "not_of_age"
NOBODY = -1


@dataclass
class Life:
    """A record being written. Rows of lists are tuples; days are whole numbers.

    seats: the roll, one row per version of a pupil's entry (from_on, to_on half-open).
    spells: child, from, to, state, unaccounted since (or NOBODY), lasting concealment (or "").
    changes: seat, day, change kind, reason, from school, to school (positions or -1), province, ends on (-1).
    register: child, day, kind of population change, new value (a child-specific override or None).
    outside: child, province, from, to (-1 open), proof kind, the day from which the municipality has the answer.
    outs: seat, from, to, the day from which a teacher marks the pupil present (FOREVER: never).
    cases: child, seat (-1), kind of case, day it began, day it ended (FOREVER), cause.
    """

    seats: Columns
    spells: list[tuple] = field(default_factory=list)
    changes: list[tuple] = field(default_factory=list)
    register: list[tuple] = field(default_factory=list)
    outside: list[tuple] = field(default_factory=list)
    outs: list[tuple] = field(default_factory=list)
    cases: list[tuple] = field(default_factory=list)
    new_seats: list[tuple[int, dict]] = field(default_factory=list)

    def close(self, seat: int, day: int) -> None:
        """The entry is no longer on the roll from this day on."""
        self.seats.to_on[seat] = day

    def open(self, like: int, day: int, **values) -> None:
        """A new entry from this day on, like an existing one but for these values."""
        self.new_seats.append((like, {"from_on": day, "to_on": FOREVER, **values}))

    def spell(self, child: int, begin: int, end: int, state: str, since: int = NOBODY, concealed: str = "") -> None:
        self.spells.append((int(child), int(begin), int(end), state, int(since), concealed))

    def finish(self) -> None:
        """Append the new entries to the roll, ordered as the roll is."""
        if self.new_seats:
            added = self.seats.take(np.array([like for like, _ in self.new_seats]))
            for row, (_, values) in enumerate(self.new_seats):
                added.put(row, **values)
            self.seats = Columns.stack([self.seats, added])
            self.new_seats = []
        order = np.lexsort(
            (self.seats.from_on, self.seats.class_no, self.seats.grade, self.seats.school, self.seats.unit)
        )
        places = np.empty(len(order), np.int64)
        places[order] = np.arange(len(order))
        self.seats = self.seats.take(order)
        self.outs = [(int(places[seat]), *rest) for seat, *rest in self.outs]
        self.changes = [(int(places[seat]), *rest) for seat, *rest in self.changes]
        self.cases = [(child, int(places[seat]) if seat >= 0 else seat, *rest) for child, seat, *rest in self.cases]


def other_school(schools: Columns, grade: int, unit: int | None, away_from: int, rng: np.random.Generator) -> int:
    """An ordinary school for this grade: of this unit, or of any other unit when None, never the one left."""
    weight = schools.weight_primary if grade <= 6 else schools.weight_junior
    fits = (weight > 0) & (schools.kind != POINT) & (schools.kind != SPECIAL)
    fits[away_from] = False
    fits &= schools.unit == unit if unit is not None else schools.unit != schools.unit[away_from]
    found = np.flatnonzero(fits)
    return int(rng.choice(found)) if len(found) else other_school(schools, grade, None, away_from, rng)


def base_spells(life: Life, people: Columns, clock: Clock) -> Columns:
    """The spells of all children: what was recorded of the eventful ones, one spell without end for the
    others."""
    eventful = np.zeros(len(people), bool)
    eventful[[spell[0] for spell in life.spells]] = True
    quiet = np.flatnonzero(~eventful)
    part = people.part[quiet]
    state = np.select(
        [part == ELSEWHERE, part == NOT_OF_AGE, part == NEVER, part == NO_PLACE],
        [AWAY, TOO_YOUNG_OR_OLD, NEVER_ENROLLED, PLACEMENT],
        PRESENT,
    )
    n = len(quiet)
    base = Columns(
        child=quiet,
        from_on=np.full(n, clock.opening),
        to_on=np.full(n, FOREVER),
        state=state.astype("U16"),
        since=np.full(n, NOBODY),
        concealed=np.full(n, "", "U24"),
    )
    if not life.spells:
        return base
    columns = list(zip(*life.spells, strict=True))
    told = Columns(
        child=np.array(columns[0]),
        from_on=np.array(columns[1]),
        to_on=np.array(columns[2]),
        state=np.array(columns[3], "U16"),
        since=np.array(columns[4]),
        concealed=np.array(columns[5], "U24"),
    )
    spells = Columns.stack([base, told])
    return spells.take(np.lexsort((spells.from_on, spells.child)))
