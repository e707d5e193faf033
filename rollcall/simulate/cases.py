"""What people do about a child: steps taken from what the school itself saw, one file of them each school
day."""

import numpy as np

from rollcall.simulate import names
from rollcall.simulate.city_feeds import old_case_no, old_cases
from rollcall.simulate.clock import FOREVER
from rollcall.simulate.columns import dice
from rollcall.simulate.life import DROPOUT, GHOST, LOST, NEVER_ENROLLED
from rollcall.simulate.presence import SICK
from rollcall.simulate.render import BLANK
from rollcall.simulate.world import World

REPORT_AFTER = 3  # days unexplained, from which the school must report
TRANSFER_AFTER = 10


class Steps:
    """Steps by school day. A step: child, seat (-1), action, role, cause, disposition, evidence, due in
    days."""

    def __init__(self, days: list[int]) -> None:
        self.days = days
        self.by_day: dict[int, list[tuple]] = {day: [] for day in days}

    def take(self, position: int, *step) -> bool:
        """Record a step on the school day at this position; False beyond the end."""
        if position >= len(self.days):
            return False
        self.by_day[self.days[max(position, 0)]].append(step)
        return True

    def position(self, day: int) -> int:
        """Position of the first school day not before `day`."""
        return int(np.searchsorted(self.days, day))


def steps_of(world: World) -> dict[int, list[tuple]]:
    """All steps by day."""
    steps = Steps(world.clock.school_days)
    rng = dice(world.seed, "cases")
    hidden = {seat for seat, _, _, marks in world.life.outs if marks < FOREVER}
    old = {case[0] for case in old_cases(world)}
    for child, seat, kind, begun, ended, cause in world.life.cases:
        start = steps.position(max(begun, world.clock.first))
        if kind in (DROPOUT, GHOST) and seat not in hidden:
            _pursue(steps, child, seat, start, ended, cause, child in old)
        elif kind == NEVER_ENROLLED and rng.random() < 0.7:
            late = start + int(rng.integers(0, 8))
            steps.take(late, child, -1, "verify_never_enrolled", "township", cause, "", "visit_record", BLANK)
            steps.take(late + 5, child, -1, "order", "township", cause, "", "", 10)
        elif kind == LOST:
            steps.take(start + TRANSFER_AFTER, child, seat, "report", "unit", cause, "", "", BLANK)
            steps.take(
                start + TRANSFER_AFTER + 3,
                child,
                seat,
                "lost",
                "unit",
                "missing",
                "lost",
                "visit_record",
                BLANK,
            )
    _false_alarms(steps, world)
    return steps.by_day


def _pursue(steps: Steps, child: int, seat: int, start: int, ended: int, cause: str, is_old: bool) -> None:
    back = steps.position(ended) if ended < FOREVER else FOREVER
    if not is_old:
        ladder = [
            (REPORT_AFTER - 1, "report", "school", "", "attendance", BLANK),
            (REPORT_AFTER + 2, "verify_dropout", "unit", "", "visit_record", BLANK),
        ]
    else:
        ladder = []
    ladder += [
        (6, "persuade", "school", "", "visit_record", BLANK),
        (10, "order", "township", "", "", 10),
        (14, "persuade", "unit", "", "visit_record", BLANK),
    ]
    for offset, action, role, disposition, evidence, due in ladder:
        if start + offset < back:
            steps.take(start + offset, child, seat, action, role, cause, disposition, evidence, due)
    if back - start > REPORT_AFTER and back < FOREVER:
        steps.take(back, child, seat, "return_claimed", "school", cause, "same_school", "attendance", BLANK)


def _false_alarms(steps: Steps, world: World) -> None:
    """Long illnesses that a school reports and the unit then finds to be no dropout."""
    seen: dict[int, int] = {}
    out = {seat for seat, *_ in world.life.outs}
    for position, day in enumerate(world.days):
        today = day.absences.seat[day.absences.kind == SICK].tolist()
        seen = {seat: seen.get(seat, 0) + 1 for seat in today}
        for seat, n in seen.items():
            if n == 5 and seat not in out:
                child = int(world.seats.child[seat])
                steps.take(position, child, seat, "report", "school", "illness", "", "attendance", BLANK)
                steps.take(position + 2, child, seat, "verify_false", "unit", "", "", "hospital", BLANK)


def case_action(world: World, day: int, steps: list[tuple], serial: int) -> dict:
    """One row per step of a day; `serial`: steps of earlier days. A child is named by roll number, or by
    ID, name and
    birth date, or by the printed number of an old case."""
    old = {case[0]: case[3] for case in old_cases(world)}
    geo, people, seats = world.geo, world.people, world.seats
    child = np.array([step[0] for step in steps], int)
    seat = np.array([step[1] for step in steps], int)
    by_case = np.array([one in old and number % 2 == 0 for number, one in enumerate(child.tolist())], bool)
    by_roll = (seat >= 0) & ~by_case
    by_id = ~by_roll & ~by_case
    them = people.take(child)
    unit = np.where(seat >= 0, seats.unit[np.maximum(seat, 0)], them.unit)
    role = np.array([step[3] for step in steps], "U12")
    full_names = np.array(names.write(them.surname, them.first, them.second).to_pylist(), object)
    school = world.school_code[seats.school[np.maximum(seat, 0)]]
    due = np.array([step[7] for step in steps], int)
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
        "action_kind": np.array([step[2] for step in steps], "U22"),
        "acted_on": np.full(len(steps), day),
        "actor_role": role,
        "cause": np.array([step[4] for step in steps], "U12"),
        "disposition": np.array([step[5] for step in steps], "U16"),
        "evidence_kind": np.array([step[6] for step in steps], "U18"),
        "document_no": np.array(
            [f"限期返校〔{day}〕{number}号" if step[2] == "order" else "" for number, step in enumerate(steps)],
            object,
        ),
        "due_on": np.where(due >= 0, day + due, BLANK),
    }
