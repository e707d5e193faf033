"""Aid of 2019: who is entitled to what, what each unit paid, and what the municipality sent down for it."""

import numpy as np

from rollcall.simulate import aid_faults, names
from rollcall.simulate.aid_rates import (
    ACCOUNT_BLOCK,
    BOARDING,
    MEAL,
    NON_BOARDING,
    NUTRITION,
    PROGRAMMES,
    TERM_DAYS,
)
from rollcall.simulate.clock import Clock, to_date
from rollcall.simulate.columns import Columns, dice
from rollcall.simulate.enrol import AT_HOME
from rollcall.simulate.render import BLANK
from rollcall.simulate.world import World

FOUR_CLASSES = ("filed_poor", "rural_minimum", "destitute")
POOR_BOARDERS = 0.22  # share of boarders whom the school itself finds poor


def entitled(world: World, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Programme -> positions among `rows` (seats) of the pupils it pays."""
    seats, people = world.seats.take(rows), world.people
    hardship = people.hardship[seats.child]
    poor = np.isin(hardship, FOUR_CLASSES) | (people.disability_kind[seats.child] > 0)
    found_poor = dice(world.seed, "found poor").random(len(people))[seats.child] < POOR_BOARDERS
    filed = hardship == "filed_poor"
    meal_school = world.schools.is_nutrition[seats.school] & (seats.learning != AT_HOME)
    return {
        "boarding": np.flatnonzero(seats.is_boarder & (poor | found_poor)),
        "non_boarding": np.flatnonzero(~seats.is_boarder & poor & ~filed),
        "municipal_meal": np.flatnonzero(~seats.is_boarder & filed),
        "nutrition": np.flatnonzero(meal_school),
    }


def payments(world: World, unit: int, day: int, period: int) -> tuple[dict, list[dict]]:
    """What a unit paid for a month, living subsidies by the term and meals by the day; and the faults in it."""
    left = aid_faults.left_but_paid(world, unit, day, period)
    on_roll = np.union1d(world.seats_on(unit, day), np.array(list(left), int))
    n_days = _school_days(world.clock, period)
    parts = []
    for code, (programme, places) in enumerate(entitled(world, on_roll).items()):
        rows = on_roll[places]
        junior = (world.seats.grade[rows] > 6).astype(int)
        by_day = programme in ("municipal_meal", "nutrition")
        rate = {"boarding": BOARDING, "non_boarding": NON_BOARDING, "municipal_meal": MEAL}.get(
            programme, np.array([NUTRITION] * 2)
        )[junior]
        days = np.full(len(rows), n_days if by_day else BLANK)
        parts.append(
            Columns(
                seat=rows,
                programme=np.full(len(rows), code),
                rate=rate,
                days=days,
                account=ACCOUNT_BLOCK + world.seats.child[rows],
                school=world.seats.school[rows],
                fault=np.array([left.get(int(seat), "") for seat in rows], "U24"),
            )
        )
    first = world.seats_on(unit, world.clock.first)
    owed = first[np.concatenate(list(entitled(world, first).values()))]
    unpaid = aid_faults.unpaid(world, unit, owed)
    paid = Columns.stack(parts)
    paid = aid_faults.plant(world, unit, paid.take(~np.isin(paid.seat, unpaid)))
    seats = world.seats.take(paid.seat)
    amount = np.where(paid.days >= 0, paid.rate * np.maximum(paid.days, 1), paid.rate)
    code = world.geo.unit_code[unit]
    by_card = paid.programme < 2
    number = np.array([f"ZF{code}{period}{number:08d}" for number in range(1, len(paid) + 1)], object)
    faults = [
        {
            "fault": fault,
            "number": no,
            "unit_code": str(code),
            "period": period,
            "child_id": int(world.seats.child[seat]),
        }
        for fault, no, seat in [*zip(paid.fault, number, paid.seat, strict=True), *(("unpaid", "", s) for s in unpaid)]
        if fault
    ]
    values = {
        "payment_no": number,
        "programme": PROGRAMMES[paid.programme],
        "period": np.full(len(paid), period),
        "school_code": world.school_code[paid.school],
        "roll_number": seats.roll_number,
        "name": names.write(seats.w_surname, seats.w_first, seats.w_second),
        "id_number": seats.w_id,
        "n_days": paid.days,
        "rate_fen": paid.rate,
        "amount_fen": amount,
        "channel": np.where(by_card, "card", np.where(paid.programme == 2, "meal_card", "school")),
        "account_hash": np.where(by_card, paid.account.astype("U20"), "").astype(object),
        "paid_on": np.full(len(paid), day - 2),
        "batch_no": np.full(len(paid), f"{code}-{period}", object),
    }
    return values, faults


def _school_days(clock: Clock, period: int) -> int:
    """School days of a month (YYYYMM)."""
    from rollcall.simulate.clock import is_school_day

    first = np.datetime64(f"{period // 100}-{period % 100:02d}")
    days = np.arange(first, first + 1, dtype="datetime64[D]").astype(int)
    return sum(is_school_day(int(day)) for day in days)


def programme_totals(world: World) -> list[tuple[int, str, int, int]]:
    """unit, programme, persons, fen for the term: what the payments of the term come to, rounded up."""
    totals = []
    for unit in range(len(world.geo.unit_code)):
        rows = world.seats_on(unit, world.clock.first)
        for programme, places in entitled(world, rows).items():
            junior = (world.seats.grade[rows[places]] > 6).astype(int)
            each = {"boarding": BOARDING, "non_boarding": NON_BOARDING, "municipal_meal": MEAL * TERM_DAYS}
            amount = int(each.get(programme, np.array([NUTRITION * TERM_DAYS] * 2))[junior].sum())
            if amount:
                totals.append((unit, programme, len(places), -(-amount // 10_000) * 10_000))
    return totals


def periods(clock: Clock, due_day: int) -> list[tuple[int, int]]:
    """(business date, month paid for) of each payment file; with no weeks, the last one before the start."""
    days = clock.month_days(due_day)
    if days or clock.weeks:
        return [(day, to_date(day).year * 100 + to_date(day).month) for day in days]
    august = to_date(clock.opening - 1).replace(day=due_day)
    from rollcall.simulate.clock import to_number

    return [(to_number(august), august.year * 100 + 6)]
