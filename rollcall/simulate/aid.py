"""Aid of 2019: who is entitled to what, what each unit paid, and the faults planted in the payments."""

import numpy as np

from rollcall.simulate import names
from rollcall.simulate.clock import Clock, to_date
from rollcall.simulate.columns import Columns, dice
from rollcall.simulate.enrol import AT_HOME
from rollcall.simulate.render import BLANK
from rollcall.simulate.world import World

# Fen. By stage: primary, junior. Sources: rules of 2019; a term is half a school year.
BOARDING, NON_BOARDING = np.array([50_000, 62_500]), np.array([25_000, 31_250])
MEAL, NUTRITION, OLD_NUTRITION = np.array([600, 700]), 400, 300
FOUR_CLASSES = ("filed_poor", "rural_minimum", "destitute")
POOR_BOARDERS = 0.22  # share of boarders whom the school itself finds poor
TERM_DAYS = 95
ACCOUNT_BLOCK = 9_900_000_000_000
FAULTS = ("wrong_rate", "boarding_to_day_pupil", "shared_account", "too_many_days", "second_school")
FAULTS_PER_KIND = 0.00003  # of the pupils, at least two each


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


def payments(world: World, unit: int, day: int, period: int) -> dict:
    """What a unit paid for a month: living subsidies by the term, meals by the day. The dead are paid on."""
    dead = np.array(
        [seat for seat, _, kind, *_ in world.life.changes if kind == "51" and world.seats.unit[seat] == unit],
        int,
    )
    on_roll = np.union1d(world.seats_on(unit, day), dead)
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
            )
        )
    paid = Columns.stack(parts)
    paid.school = world.seats.school[paid.seat]
    paid = _faulty(world, unit, paid, on_roll)
    seats = world.seats.take(paid.seat)
    amount = np.where(paid.days >= 0, paid.rate * np.maximum(paid.days, 1), paid.rate)
    code = world.geo.unit_code[unit]
    by_card = paid.programme < 2
    return {
        "payment_no": np.array([f"ZF{code}{period}{number:08d}" for number in range(1, len(paid) + 1)], object),
        "programme": np.array(["boarding", "non_boarding", "municipal_meal", "nutrition"])[paid.programme],
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


def _school_days(clock: Clock, period: int) -> int:
    """School days of a month (YYYYMM)."""
    from rollcall.simulate.clock import is_school_day

    first = np.datetime64(f"{period // 100}-{period % 100:02d}")
    days = np.arange(first, first + 1, dtype="datetime64[D]").astype(int)
    return sum(is_school_day(int(day)) for day in days)


def _faulty(world: World, unit: int, paid: Columns, on_roll: np.ndarray) -> Columns:
    """The payments with this unit's share of the faults; the dead of the month are still paid as it is."""
    rng = dice(world.seed, f"aid faults {unit}")
    n = max(1, round(FAULTS_PER_KIND * len(on_roll)))
    own = [fault for place, fault in enumerate(FAULTS) if (unit + place) % 4 == 0]
    quiet = np.flatnonzero(~world.cast.protected[world.seats.child[paid.seat]])
    if len(quiet) < 10 * n:
        return paid
    rows = rng.choice(quiet, n, replace=False)
    extra = []
    for fault in own:
        rows = rng.choice(quiet, n, replace=False)
        if fault == "wrong_rate":
            rows = rows[paid.programme[rows] == 3]
            paid.rate[rows] = OLD_NUTRITION
        elif fault == "shared_account":
            some = rng.choice(quiet, min(4, len(quiet)), replace=False)
            paid.account[some] = ACCOUNT_BLOCK + unit
        elif fault == "too_many_days":
            by_day = rows[paid.days[rows] > 0]
            paid.days[by_day] += 6
        else:
            extra.append(_extra(world, unit, fault, paid.take(rows), rng))
    return Columns.stack([paid, *extra]) if extra else paid


def _extra(world: World, unit: int, fault: str, rows: Columns, rng: np.random.Generator) -> Columns:
    if fault == "boarding_to_day_pupil":
        junior = (world.seats.grade[rows.seat] > 6).astype(int)
        day_pupils = ~world.seats.is_boarder[rows.seat]
        rows.put(slice(None), programme=0, rate=BOARDING[junior], days=BLANK)
        return rows.take(day_pupils)
    schools = np.flatnonzero(world.schools.unit == unit)
    rows.school = rng.choice(schools, len(rows))
    return rows


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
