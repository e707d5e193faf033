"""Children: everyone of age on the register or at a desk, with ID, name, family and the part each plays."""

import numpy as np

from rollcall.simulate import ids, names
from rollcall.simulate.clock import Clock, to_number
from rollcall.simulate.columns import Columns, at_least, dice, shares
from rollcall.simulate.geography import Geography
from rollcall.simulate.households import LOCAL, UNREGISTERED, group_into_households, make_households

# The part a child plays at the start.
PUPIL, ELSEWHERE, NEVER, NO_PLACE, NOT_OF_AGE = range(5)
FULL_PUPILS = 3_140_000
GRADE_WEIGHTS = np.array([2.04 / 6] * 6 + [1.10 / 3] * 3)
OFF_ROLL = {ELSEWHERE: 0.055, NEVER: 0.0012, NO_PLACE: 0.0004, NOT_OF_AGE: 0.06}  # of the pupils
LEAST = {ELSEWHERE: 40, NEVER: 12, NO_PLACE: 4, NOT_OF_AGE: 40}
WITH_DOTS, TWICE = 0.0004, 0.0002
SECOND_BLOCK = 52  # area of the second number of those who are registered twice
DISABLED = 0.0052
DISABILITY_KINDS = np.array([0.08, 0.12, 0.05, 0.18, 0.40, 0.09, 0.08])


def make_people(geo: Geography, clock: Clock, scale: float, seed: int) -> Columns:
    """One row per child; child_id is its position. Grade 0 is too young, 1..9 of compulsory age, 10 and 11
    older.

    Columns: part, unit, grade, sex, birth, surname, first, second, id, household columns (see households),
    on_register, register_kind, is_orphan, is_migrant, disability_kind, disability_grade, twin_of (-1 none).
    """
    rng = dice(seed, "people")
    pupils = shares(round(FULL_PUPILS * scale), geo.unit_weight, least=9)
    part, unit = _parts(geo, pupils, rng)
    n = len(part)
    grade = rng.choice(np.arange(1, 10), n, p=GRADE_WEIGHTS / GRADE_WEIGHTS.sum())
    grade[part == NOT_OF_AGE] = rng.choice([0, 10, 11], int((part == NOT_OF_AGE).sum()), p=[0.4, 0.3, 0.3])
    sex = np.where(rng.random(n) < 0.53, 1, 2)
    household, order = group_into_households(unit, rng)
    birth = _births(clock, grade, np.isin(part, (NEVER, NO_PLACE)), rng)
    first, second = names.given(rng, sex)
    twin_of = _twins(part, household, order, rng)
    twins = np.flatnonzero(twin_of >= 0)
    grade[twins], birth[twins] = grade[twin_of[twins]], birth[twin_of[twins]]
    shared = twins[rng.random(len(twins)) < 0.5]
    first[shared] = first[twin_of[shared]]
    homes = make_households(geo, unit[order][np.unique(household[order], return_index=True)[1]], rng)
    _settle(geo, homes, np.unique(household[part != PUPIL]))
    home = homes.take(household)
    line = np.empty(n, np.int64)
    line[order] = np.arange(n)
    people = Columns(
        part=part.astype(np.int8),
        grade=grade.astype(np.int8),
        sex=sex.astype(np.int8),
        birth=birth,
        first=first,
        second=second,
        twin_of=twin_of,
        **home.__dict__,
    )
    people.id = ids.id_numbers(home.block, birth, ids.order_numbers(home.block, birth, sex, line))
    _name_with_dots(people, rng)
    people.on_register = home.origin != UNREGISTERED
    _register_twice(geo, people, rng)
    people.register_kind = np.where(home.origin > 1, "permit", "hukou")
    people.is_migrant = home.origin != LOCAL
    people.is_orphan = rng.random(n) < 0.0015
    _disable(people, rng)
    return people


def _name_with_dots(people: Columns, rng: np.random.Generator) -> None:
    """A few bear names of several parts with a dot between."""
    rows = rng.choice(len(people), at_least(WITH_DOTS, len(people), 2), replace=False)
    chosen = rng.integers(0, len(names.DOTTED), len(rows))
    for part, column in ((0, "surname"), (1, "first")):
        places = np.array([names.PLACE[name[part]] for name in names.DOTTED])
        people.put(rows, **{column: places[chosen]})
    people.second[rows] = names.NONE


def _register_twice(geo: Geography, people: Columns, rng: np.random.Generator) -> None:
    """A few children are on two registers under two numbers: second_id (empty for all others), second_unit."""
    people.second_id = np.zeros(len(people), "S18")
    people.second_unit = np.full(len(people), -1, np.int16)
    fit = np.flatnonzero(people.on_register & (people.part == PUPIL) & (people.origin == LOCAL))
    rows = rng.choice(fit, at_least(TWICE, len(people), 1), replace=False)
    order = 2 * np.arange(len(rows)) % 998 + people.sex[rows]
    people.second_id[rows] = ids.id_numbers(np.full(len(rows), SECOND_BLOCK), people.birth[rows], order)
    people.second_unit[rows] = (people.register_unit[rows] + rng.integers(1, len(geo.unit_code), len(rows))) % len(
        geo.unit_code
    )


def _parts(geo: Geography, pupils: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    part, unit = [np.zeros(int(pupils.sum()), int)], [np.repeat(np.arange(len(pupils)), pupils)]
    for kind, rate in OFF_ROLL.items():
        n = at_least(rate, int(pupils.sum()), LEAST[kind])
        weight = geo.unit_weight * np.where(geo.unit_zone == 0, 0.5, 1.2)
        part.append(np.full(n, kind))
        unit.append(np.sort(rng.choice(len(weight), n, p=weight / weight.sum())))
    return np.concatenate(part), np.concatenate(unit)


def _births(clock: Clock, grade: np.ndarray, deskless: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Born in the year that ends on 31 August six years before grade 1; one in twenty-five a year older.

    Not so a child who never had a desk: it has no grade but by its age, and past the last one nobody owes it a place.
    """
    older = (rng.random(len(grade)) < 0.04) & (grade >= 1) & (grade <= 9) & ~deskless
    year = clock.school_year - 6 - grade - older
    starts = np.array([to_number(clock.start.replace(year=int(y), month=9, day=1)) for y in range(1990, 2040)])
    return (starts[year - 1990] + rng.integers(0, 365, len(grade))).astype(np.int32)


def _twins(part: np.ndarray, household: np.ndarray, order: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each child the twin it follows in its household, or -1."""
    child, before = order[1:], order[:-1]
    alike = (household[child] == household[before]) & (part[child] != NOT_OF_AGE) & (part[before] != NOT_OF_AGE)
    rare = (part[child] == NEVER) | (part[before] == NEVER)
    chosen = alike & (rng.random(len(child)) < np.where(rare, 0.3, 0.024))
    chosen[1:] &= ~chosen[:-1]  # no triplets
    twin_of = np.full(len(part), -1)
    twin_of[child[chosen]] = before[chosen]
    return twin_of


def _settle(geo: Geography, homes: Columns, rows: np.ndarray) -> None:
    """Households of children who are off the roll are local and registered: the police know every such
    child."""
    district = geo.unit_district[homes.unit[rows]]
    homes.put(
        rows,
        origin=LOCAL,
        register_unit=homes.unit[rows],
        register_township=homes.home_township[rows],
        hukou_code=geo.district_code[district],
        block=district + 1,
    )


def _disable(people: Columns, rng: np.random.Generator) -> None:
    n = len(people)
    disabled = ((rng.random(n) < DISABLED) & (people.part <= ELSEWHERE)) | (people.part == NO_PLACE)
    pupils = np.flatnonzero(people.part == PUPIL)
    without = np.setdiff1d(np.arange(people.unit.max() + 1), people.unit[pupils[disabled[pupils]]])
    first = pupils[np.unique(people.unit[pupils], return_index=True)[1]]
    disabled[first[without]] = True  # every unit has someone to place, at the smallest scale too
    people.disability_kind = np.where(disabled, rng.choice(np.arange(1, 8), n, p=DISABILITY_KINDS), 0).astype(np.int8)
    people.disability_grade = np.where(disabled, rng.choice([1, 2, 3, 4], n, p=[0.2, 0.3, 0.3, 0.2]), 0).astype(np.int8)
