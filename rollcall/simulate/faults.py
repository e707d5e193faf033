"""What goes wrong on the way: a plan of faults by delivery, with a minimum of each kind at every scale."""

from dataclasses import dataclass, field

import numpy as np

from rollcall.simulate.aid import periods
from rollcall.simulate.columns import dice
from rollcall.simulate.habits import Habit
from rollcall.simulate.world import World

ROTTEN_ROLLS = (
    "wrong_feed",
    "header_missing",
    "undecodable",
    "numbers_destroyed",
    "garbage",
    "share_exceeded",
    "truncated_manifest",
    "truncated_totals",
    "truncated_declared",
)
SOUND_ROLLS = (
    "missing",
    "late",
    "late",
    "late",
    "very_late",
    "doubled",
    "doubled",
    "corrected",
    "corrected",
    "a_b_a",
    "half_arrived",
)
# Feed of units or police: faults of one delivery each.
OTHERS = {
    "school": ("late", "late", "corrected", "doubled", "mended header_missing"),
    "calendar": ("late", "mended garbage"),
    "staff": ("missing", "late", "wrong_feed"),
    "placement": ("missing", "late", "header_missing"),
    "roll_change": ("missing", "late", "late", "header_missing", "doubled"),
    "aid_payment": ("missing", "late", "late", "corrected", "truncated_manifest"),
    "population": ("late", "corrected", "mended truncated_manifest", "mended undecodable"),
    "population_change": ("missing", "late"),
}
OFFICE_FAULTS = {
    ("outside_enrolment", "municipality"): "corrected",
    ("school_base", "municipality"): "late",
    ("hardship_register", "welfare"): "doubled",
}
# Rows planted to be rejected: feed -> lists of kinds, one list a file. Five bad rows are always below the
# limit.
ROWS = {
    "roll": (
        ("number_destroyed", "required_missing"),
        ("code_unknown", "date_unreadable"),
        ("key_conflict",),
        ("row_repeated", "number_destroyed_bare"),
        ("roll_number_shape", "birth_out_of_range", "number_cut"),
        ("school_unknown", "number_destroyed_spaced"),
    ),
    "population": (("birth_out_of_range",), ("row_repeated", "code_unknown"), ("key_conflict",)),
    "aid_payment": (("number_destroyed", "school_unknown", "account_destroyed"), ("row_repeated",), ("key_conflict",)),
    "class_return": (("counts_do_not_add_up", "counts_do_not_add_up"), ("row_repeated",)),
    "absence": (("code_unknown",), ("roll_number_shape",), ("row_repeated",)),
}


@dataclass
class Plan:
    """(feed, sender, business date) -> fault, -> kinds of planted rows, -> unit code whose section is bad."""

    faults: dict[tuple[str, str, int], str] = field(default_factory=dict)
    rows: dict[tuple[str, str, int], tuple[str, ...]] = field(default_factory=dict)
    sections: dict[tuple[str, str, int], int] = field(default_factory=dict)


def plan(world: World, habits: list[Habit]) -> Plan:
    """Deal the faults out: never two to one delivery."""
    rng = dice(world.seed, "faults")
    units = [str(code) for code in world.geo.unit_code]
    found = Plan()
    _rolls(found, world, units, habits, rng)
    clock = world.clock
    dates = {
        "roll_change": clock.mondays[1:] or clock.mondays,
        "placement": clock.month_firsts,
        "population": clock.month_firsts,
        "population_change": clock.month_firsts,
        "aid_payment": [day for day, _ in periods(clock, 25)],
    }
    police = [f"police-{code}" for code in world.geo.district_code]
    placing = _placing(world)
    for feed, kinds in OTHERS.items():
        days = dates.get(feed, [clock.opening])
        senders = list(rng.permutation(police if feed.startswith("population") else units))
        if feed == "placement":  # only units with someone to place send it
            senders = [sender for sender in senders if sender in placing]
        for kind in kinds:
            if days:
                sender = _fitting(senders, kind, units, habits)
                found.faults[(feed, sender, days[int(rng.integers(0, len(days)))])] = kind
    for (feed, sender), kind in OFFICE_FAULTS.items():
        found.faults[(feed, sender, clock.opening)] = kind
    _platform(found, world)
    _planted_rows(found, world, units, police, dates | {"roll": clock.mondays}, rng)
    return found


def _placing(world: World) -> set[str]:
    placed = world.people.disability_kind[world.seats.child] > 0
    units = np.concatenate([world.seats.unit[placed], world.people.unit[world.cast.waiting]])
    return {str(world.geo.unit_code[unit]) for unit in np.unique(units)}


def _fitting(senders: list[str], kind: str, units: list[str], habits: list[Habit]) -> str:
    """Take the first sender from the list whose habit lets this fault happen."""
    for sender in senders:
        habit = habits[units.index(sender)] if sender in units else Habit()
        needs_manifest = kind in ("doubled", "half_arrived", "a_b_a") or kind.endswith("truncated_manifest")
        if (not needs_manifest or habit.has_manifest) and (kind != "truncated_totals" or habit.has_totals):
            senders.remove(sender)
            return sender
    return senders.pop()


def _rolls(found: Plan, world: World, units: list[str], habits: list[Habit], rng: np.random.Generator) -> None:
    mondays = world.clock.mondays
    later = mondays[1:] or mondays
    size = np.argsort([-len(world.seats_on(unit, mondays[0])) for unit in range(len(units))])
    senders = list(rng.permutation(units))
    for place, kind in enumerate(ROTTEN_ROLLS):
        if kind == "truncated_declared":  # shows only in a school of some size
            sender = next(units[unit] for unit in size if units[unit] in senders)
            senders.remove(sender)
        else:
            sender = _fitting(senders, kind, units, habits)
        mended = "mended " if place % 2 or len(mondays) == 1 else ""
        found.faults[("roll", sender, later[place % len(later)])] = mended + kind
    for place, kind in enumerate(SOUND_ROLLS):
        sender = _fitting(senders, kind, units, habits)
        found.faults[("roll", sender, later[place % len(later)])] = kind


def _platform(found: Plan, world: World) -> None:
    """The platform's mishaps lie inside weeks; a section goes wrong where it is large enough to show."""
    days = world.days
    if len(days) < 12:
        return
    for feed, place, kind in (
        ("class_return", 3, "late"),
        ("class_return", 7, "mended garbage"),
        ("absence", 6, "late"),
        ("absence", 10, "missing"),
        ("case_action", 8, "missing"),
        ("case_action", 5, "late"),
    ):
        found.faults[(feed, "platform", days[place].day)] = kind
    classes = days[11].classes
    found.sections[("class_return", "platform", days[11].day)] = _largest(world, classes.unit[classes.has_returned])
    absent = world.seats.unit[days[9].absences.seat]
    if np.bincount(absent).max() > 6:
        found.sections[("absence", "platform", days[9].day)] = _largest(world, absent)


def _largest(world: World, unit: np.ndarray) -> int:
    return int(world.geo.unit_code[np.bincount(unit).argmax()])


def _planted_rows(
    found: Plan, world: World, units: list[str], police: list[str], dates: dict, rng: np.random.Generator
) -> None:
    for feed, files in ROWS.items():
        for place, kinds in enumerate(files):
            if feed in ("class_return", "absence"):
                day = world.days[(2 + 2 * place) % len(world.days)].day
                found.rows.setdefault((feed, "platform", day), kinds)
                continue
            days = dates[feed]
            free = [
                (feed, sender, day)
                for sender in (police if feed == "population" else units)
                for day in days
                if (feed, sender, day) not in found.faults and (feed, sender, day) not in found.rows
            ]
            if free:
                found.rows[free[int(rng.integers(0, len(free)))]] = kinds
