"""Children who move and stay accounted for: transfers, suspensions, departures, deaths, corrections,
edits."""

import numpy as np

from rollcall.simulate import ids, names
from rollcall.simulate.cast import Cast
from rollcall.simulate.clock import FOREVER, Clock
from rollcall.simulate.columns import Columns, at_least, dice
from rollcall.simulate.enrol import temporary_numbers
from rollcall.simulate.leaving import PROVINCES, school_day
from rollcall.simulate.life import AWAY, DEAD, MOVED, NOBODY, PRESENT, SUSPENDED, Life, other_school
from rollcall.simulate.people import ELSEWHERE

EDITS_PER_WEEK = 0.003
ANSWERS = (("national_roll", 0.80), ("receipt", 0.06), ("claim", 0.06))  # the rest: no answer
FOUND_OUT = 0.6  # of second entries, within eleven weeks; our own guess
REMOVAL_DAYS = 8  # a dead pupil stays on the roll some days: the rule allows ten working days


def happen(life: Life, people: Columns, schools: Columns, cast: Cast, clock: Clock, seed: int) -> None:
    """Record every change that leaves the child accounted for."""
    rng = dice(seed, "moving")
    _transfers(life, schools, cast, clock, rng)
    _departures(life, people, cast, clock, rng)
    _deaths(life, cast, clock, rng)
    _suspensions(life, cast, clock, rng)
    _second_enrolments(life, schools, cast, clock, rng)
    _enrolled_elsewhere(life, people, clock, rng)
    _corrections(life, people, cast, clock, rng)
    if clock.weeks:
        _edits(life, cast, clock, rng)


def _transfers(life: Life, schools: Columns, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    for place, seat in enumerate(cast.seats["transfer"]):
        left, grade = int(life.seats.school[seat]), int(life.seats.grade[seat])
        unit = int(life.seats.unit[seat]) if place % 2 else None
        to = other_school(schools, grade, unit, left, rng)
        day = school_day(clock, rng)
        arrives = day + int(rng.choice([0, 1, 3]))
        life.close(seat, day)
        life.open(seat, arrives, school=to, unit=schools.unit[to], class_no=1)
        life.changes.append((int(seat), day, "21", "99", left, to, "", NOBODY))
        life.changes.append((int(seat), arrives, "22", "99", left, to, "", NOBODY))


def _departures(life: Life, people: Columns, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    """To a school of another province with proof, or away with the whole registration."""
    for fate, state in (("transfer_outside", AWAY), ("moved_out", MOVED)):
        for seat in cast.seats[fate]:
            child, day = int(life.seats.child[seat]), school_day(clock, rng)
            province = str(rng.choice(PROVINCES))
            life.spell(child, clock.opening, day, PRESENT)
            life.spell(child, day, FOREVER, state)
            life.close(seat, day)
            life.changes.append((int(seat), day, "21", "99", int(life.seats.school[seat]), -1, province, NOBODY))
            proof = "national_roll" if rng.random() < 0.7 else "receipt"
            life.outside.append((child, province, day, NOBODY, proof, day))
            if state == MOVED:
                life.register.append((child, day, "out", province + "0102"))


def _deaths(life: Life, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    for place, seat in enumerate(cast.seats["dead"]):
        # One so late that the school has written it down and the police have not yet.
        child, day = int(life.seats.child[seat]), school_day(clock, rng)
        if place == 0:
            day = clock.school_days[-min(8, len(clock.school_days))]
        life.spell(child, clock.opening, day, PRESENT)
        life.spell(child, day, FOREVER, DEAD)
        life.seats.expected_to[seat] = day
        life.close(seat, day + REMOVAL_DAYS)
        life.changes.append(
            (
                int(seat),
                day,
                "51",
                str(rng.choice(["41", "42", "79"])),
                int(life.seats.school[seat]),
                -1,
                "",
                NOBODY,
            )
        )
        life.register.append((child, day, "death", None))


def _suspensions(life: Life, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    for place, seat in enumerate(cast.seats["suspended"]):
        child = int(life.seats.child[seat])
        if place % 3 and clock.weeks:
            day = school_day(clock, rng)
            life.spell(child, clock.opening, day, PRESENT)
        else:
            day = clock.first - int(rng.integers(30, 200))
            # The oldest stands in the old ledger alone.
            life.cases.append((child, int(seat), SUSPENDED, day, FOREVER if place else day + 365, "illness"))
        life.spell(child, max(day, clock.opening), FOREVER, SUSPENDED)
        life.seats.expected_to[seat] = day
        if place:
            life.changes.append((int(seat), day, "11", "19", -1, -1, "", day + 365))
    for seat in cast.seats["suspension_ends"]:
        child, back = int(life.seats.child[seat]), school_day(clock, rng)
        began = clock.first - 180
        life.spell(child, clock.opening, back, SUSPENDED)
        life.spell(child, back, FOREVER, PRESENT)
        life.seats.expected_from[seat] = back
        life.changes.append((int(seat), began, "11", "12", -1, -1, "", back - 1))
        life.changes.append((int(seat), back, "12", "12", -1, -1, "", NOBODY))
        life.cases.append((child, int(seat), SUSPENDED, began, back, "illness"))


def _second_enrolments(life: Life, schools: Columns, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    """Pupils on two rolls, the second time under a temporary number; no teacher expects them there. In the course of
    the weeks most of the second schools find that nobody ever came and cancel the entry."""
    for seat in cast.seats["double_enrolled"]:
        to = other_school(schools, int(life.seats.grade[seat]), None, int(life.seats.school[seat]), rng)
        number = temporary_numbers(np.array([seat]), b"L", bank=2)[0]
        slips = _second_row(life, int(seat), rng)
        life.open(
            seat,
            clock.opening - 1,
            school=to,
            unit=schools.unit[to],
            class_no=1,
            roll_number=number,
            expected_from=FOREVER,
            **slips,
        )
        if clock.weeks and rng.random() < FOUND_OUT:
            day, second = clock.first + int(rng.integers(10, 77)), len(life.seats) + len(life.new_seats) - 1
            if day <= clock.last:
                life.new_seats[-1][1]["to_on"] = day
                life.changes.append((second, day, "18", "99", to, -1, "", NOBODY))


def _second_row(life: Life, seat: int, rng: np.random.Generator) -> dict:
    """How the second school wrote the child down: often without a number, sometimes with a slip in number or name."""
    way = rng.random()
    if way < 0.3:
        return {"w_id": b"", "w_id_type": b"Z"}
    if way < 0.4:
        return {"w_id": ids.spoil_digit(life.seats.w_id[[seat]], rng)[0]}
    if way < 0.45:
        return {"w_first": names.SOUNDS_LIKE[life.seats.w_first[seat]]}
    return {}


def _enrolled_elsewhere(life: Life, people: Columns, clock: Clock, rng: np.random.Generator) -> None:
    """What the national roll and the families answer about children who learn in another province."""
    children = np.flatnonzero(people.part == ELSEWHERE)
    edges = np.cumsum([share for _, share in ANSWERS])
    answers = np.searchsorted(edges, rng.random(len(children)), side="right")
    years = rng.integers(0, np.maximum(1, people.grade[children]))
    provinces = np.array(PROVINCES)[rng.integers(0, len(PROVINCES), len(children))]
    for child, answer, year, province in zip(children.tolist(), answers, years, provinces.tolist(), strict=True):
        if answer < len(ANSWERS):
            begin = clock.opening - 365 * int(year)
            life.outside.append((child, province, begin, NOBODY, ANSWERS[answer][0], begin))


def _corrections(life: Life, people: Columns, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    """IDs, names and birth dates that the police corrected in the month before: the roll still has the old
    ones."""
    n = at_least(0.0003, len(life.seats), 3)
    free = np.flatnonzero(~cast.protected[life.seats.child] & (life.seats.roll_number.astype("S1") == b"G"))
    free = free[people.on_register[life.seats.child[free]] & (life.seats.to_on[free] == FOREVER)]
    rows = rng.choice(free, min(3 * n, len(free)), replace=False)
    for place, seat in enumerate(rows):
        child, day = int(life.seats.child[seat]), clock.opening - int(rng.integers(1, 30))
        if place < n:
            old = ids.id_numbers(
                np.array([51]), people.birth[[child]], np.array([(2 * place + int(people.sex[child])) % 998])
            )
            life.seats.put(seat, w_id=old[0], roll_number=ids.roll_numbers(b"G", old)[0])
            life.register.append((child, day, "id_corrected", old[0]))
        elif place < 2 * n:
            old = life.seats.w_first[seat] = people.first[rng.integers(0, len(people))]
            life.register.append((child, day, "name_changed", int(old)))
        else:
            old = life.seats.w_birth[seat] = people.birth[child] + int(rng.choice([-31, -1, 1, 30]))
            life.register.append((child, day, "birth_corrected", int(old)))


def _edits(life: Life, cast: Cast, clock: Clock, rng: np.random.Generator) -> None:
    """Each week some entries change: a new telephone, another class, a boarder who goes home."""
    quiet = ~cast.protected[life.seats.child] & (life.seats.to_on == FOREVER)
    order = rng.permutation(np.flatnonzero(quiet))
    n = at_least(EDITS_PER_WEEK, len(life.seats), 8)
    for week, monday in enumerate(clock.mondays[1:]):
        for seat in order[week * n : (week + 1) * n]:
            life.close(seat, monday)
            change = {"w_phone": ids.phones(rng, 1)[0]}
            if rng.random() < 0.3:
                change["is_boarder"] = False
            life.open(seat, monday, **change)
