"""What people do about a child: steps taken from what they themselves saw, one file of them each school day.

They act on the truth and on their own mistakes, never on what Rollcall says: a school reports late, claims a return
that did not happen, tries to close what only the unit may close; the unit verifies, orders, closes with evidence.
"""

from typing import NamedTuple

import numpy as np

from rollcall.simulate import names
from rollcall.simulate.city_feeds import old_case_no, old_cases
from rollcall.simulate.clock import FOREVER
from rollcall.simulate.columns import dice
from rollcall.simulate.life import AWAY, DROPOUT, GHOST, LOST, NEVER_ENROLLED, SUSPENDED
from rollcall.simulate.presence import SICK
from rollcall.simulate.render import BLANK
from rollcall.simulate.world import World

REPORT_AFTER = 3  # days unexplained, from which the school must report
TRANSFER_AFTER = 10
WATCH_DAYS, SEEN_DAYS = 30, 12  # days of the watch; school days a unit wants to see the child on, holidays being none
# Shares of schools and units that do not do what they should, our own guesses.
LATE, FALSE_RETURN, CLOSES_ITSELF, NO_EVIDENCE, ACCEPTED = 0.2, 0.12, 0.1, 0.1, 0.6


class Step(NamedTuple):
    """`seat` -1: the child has none. `due`: days until the step's limit. `unit` -1: that of the seat or the child."""

    child: int
    seat: int
    action: str
    role: str
    cause: str = ""
    disposition: str = ""
    evidence: str = ""
    due: int = BLANK
    unit: int = -1


class Steps:
    """Steps by school day."""

    def __init__(self, days: list[int]) -> None:
        self.days = days
        self.by_day: dict[int, list[Step]] = {day: [] for day in days}

    def take(self, position: int, *step, **more) -> bool:
        """Record a step on the school day at this position; False beyond the end."""
        if position >= len(self.days):
            return False
        self.by_day[self.days[max(position, 0)]].append(Step(*step, **more))
        return True

    def position(self, day: int) -> int:
        """Position of the first school day not before `day`."""
        return int(np.searchsorted(self.days, day))


def steps_of(world: World) -> dict[int, list[Step]]:
    """All steps by day."""
    steps = Steps(world.clock.school_days)
    rng = dice(world.seed, "cases")
    out = {seat for seat, *_ in world.life.outs}
    hidden = {seat for seat, _, _, marks in world.life.outs if marks < FOREVER}
    old = {case[0] for case in old_cases(world)}
    moves = {seat: to for seat, _, kind, _, _, to, _, _ in world.life.changes if kind == "21"}
    for child, seat, kind, begun, ended, cause in world.life.cases:
        start = steps.position(max(begun, world.clock.first))
        if kind in (DROPOUT, GHOST) and seat not in hidden:
            _pursue(steps, rng, child, seat, start, ended, cause, child in old)
        elif kind == NEVER_ENROLLED and rng.random() < 0.7:
            _find(steps, rng, child, start, cause)
        elif kind == AWAY:
            # Of whom nobody is met, some are taken for never enrolled.
            action, role = ("verify_false", "unit") if ended < FOREVER else ("verify_never_enrolled", "township")
            steps.take(start, child, -1, action, role, cause, "", "visit_record")
        elif kind == LOST:
            _search(steps, rng, world, child, seat, start, cause, moves.get(seat, -1))
        elif kind == SUSPENDED and seat in out:
            _recall(steps, child, seat, steps.position(ended), cause)
    _false_alarms(steps, world, out)
    return steps.by_day


def _pursue(
    steps: Steps, rng: np.random.Generator, child: int, seat: int, start: int, ended: int, cause: str, is_old: bool
) -> None:
    """A pupil who stays away: report, verification, the legal ladder; the return, the watch and the closing."""
    back = steps.position(ended) if ended < FOREVER else FOREVER
    late = int(rng.integers(1, 5)) if rng.random() < LATE else 0
    ladder = []
    if not is_old:
        ladder = [
            (REPORT_AFTER - 1 + late, "report", "school", "", "attendance", BLANK),
            (REPORT_AFTER + 2 + late, "verify_dropout", "unit", "", "visit_record", BLANK),
        ]
    ladder += [
        (6 + late, "persuade", "school", "", "visit_record", BLANK),
        (10 + late, "order", "township", "", "", 10),
        (14 + late, "persuade", "unit", "", "visit_record", BLANK),
        (22 + late, "penalty", "township", "", "", BLANK),
        (45 + late, "court", "township", "", "", BLANK),
    ]
    if rng.random() < FALSE_RETURN:
        ladder.append((12 + late, "return_claimed", "school", "same_school", "attendance", BLANK))
    if rng.random() < CLOSES_ITSELF:
        ladder.append((16 + late, "close", "school", "same_school", "attendance", BLANK))
    for offset, action, role, disposition, evidence, due in ladder:
        if start + offset < back:
            steps.take(start + offset, child, seat, action, role, cause, disposition, evidence, due)
    if back - start > REPORT_AFTER and back < FOREVER:
        steps.take(back, child, seat, "return_claimed", "school", cause, "same_school", "attendance")
        over = max(steps.position(ended + WATCH_DAYS + 1), back + SEEN_DAYS)
        if rng.random() < NO_EVIDENCE:
            steps.take(over, child, seat, "close", "unit", cause, "same_school")
        steps.take(over + 1, child, seat, "close", "unit", cause, "same_school", "attendance")


def _find(steps: Steps, rng: np.random.Generator, child: int, start: int, cause: str) -> None:
    """A child of age on no roll, found by the township's visits."""
    late = start + int(rng.integers(0, 8))
    steps.take(late, child, -1, "verify_never_enrolled", "township", cause, "", "visit_record")
    steps.take(late + 5, child, -1, "order", "township", cause, "", "", 10)


def _search(
    steps: Steps, rng: np.random.Generator, world: World, child: int, seat: int, start: int, cause: str, to: int
) -> None:
    """A transfer that never arrived: handed over to the unit of the other school, or given up as lost."""
    steps.take(start + TRANSFER_AFTER, child, seat, "report", "unit", cause)
    if to >= 0 and world.schools.unit[to] != world.seats.unit[seat]:
        steps.take(start + TRANSFER_AFTER + 2, child, seat, "hand_over", "unit", cause)
        if rng.random() < ACCEPTED:
            there = int(world.schools.unit[to])
            steps.take(start + TRANSFER_AFTER + 5, child, seat, "accept", "unit", cause, unit=there)
        return
    steps.take(start + TRANSFER_AFTER + 3, child, seat, "lost", "unit", "missing", "lost", "visit_record")


def _recall(steps: Steps, child: int, seat: int, over: int, cause: str) -> None:
    """A suspension that is over and no return: the unit calls at the home."""
    steps.take(over + 8, child, seat, "verify_dropout", "unit", cause, "", "visit_record")
    steps.take(over + 11, child, seat, "persuade", "unit", cause, "", "visit_record")


def _false_alarms(steps: Steps, world: World, out: set[int]) -> None:
    """Long illnesses that a school reports and the unit then finds to be no dropout."""
    seen: dict[int, int] = {}
    for position, day in enumerate(world.days):
        today = day.absences.seat[day.absences.kind == SICK].tolist()
        seen = {seat: seen.get(seat, 0) + 1 for seat in today}
        for seat, n in seen.items():
            if n == 5 and seat not in out:
                child = int(world.seats.child[seat])
                steps.take(position, child, seat, "report", "school", "illness", "", "attendance")
                steps.take(position + 2, child, seat, "verify_false", "unit", "", "", "hospital")


def case_action(world: World, day: int, steps: list[Step], serial: int) -> dict:
    """One row per step of a day; `serial`: steps of earlier days. A child is named by roll number, or by
    ID, name and
    birth date, or by the printed number of an old case."""
    old = {case[0]: case[3] for case in old_cases(world)}
    geo, people, seats = world.geo, world.people, world.seats
    child = np.array([step.child for step in steps], int)
    seat = np.array([step.seat for step in steps], int)
    by_case = np.array([one in old and number % 2 == 0 for number, one in enumerate(child.tolist())], bool)
    by_roll = (seat >= 0) & ~by_case
    by_id = ~by_roll & ~by_case
    them = people.take(child)
    acting = np.array([step.unit for step in steps], int)
    unit = np.where(acting >= 0, acting, np.where(seat >= 0, seats.unit[np.maximum(seat, 0)], them.unit))
    role = np.array([step.role for step in steps], "U12")
    full_names = np.array(names.write(them.surname, them.first, them.second).to_pylist(), object)
    school = world.school_code[seats.school[np.maximum(seat, 0)]]
    due = np.array([step.due for step in steps], int)
    return {
        "action_no": np.array([f"CZ{day:06d}{serial + number:07d}" for number in range(len(steps))], object),
        "unit_code": geo.unit_code[unit],
        "school_code": np.where((role == "school") & (seat >= 0), school, np.array(b"", "S10")),
        "case_no": np.array(
            [
                old_case_no(world, one, old[one]) if case else ""
                for one, case in zip(child.tolist(), by_case, strict=True)
            ],
            object,
        ),
        "roll_number": np.where(by_roll, seats.roll_number[np.maximum(seat, 0)], np.array(b"", "S19")),
        "name": np.where(by_case, "", full_names),
        "id_number": np.where(by_id, them.id, np.array(b"", "S18")),
        "birth_on": np.where(by_id, them.birth, BLANK),
        "action_kind": np.array([step.action for step in steps], "U22"),
        "acted_on": np.full(len(steps), day),
        "actor_role": role,
        "cause": np.array([step.cause for step in steps], "U12"),
        "disposition": np.array([step.disposition for step in steps], "U16"),
        "evidence_kind": np.array([step.evidence for step in steps], "U18"),
        "document_no": np.array(
            [f"限期返校〔{day}〕{number}号" if step.action == "order" else "" for number, step in enumerate(steps)],
            object,
        ),
        "due_on": np.where(due >= 0, day + due, BLANK),
    }
