"""What unit and offices know of the vulnerable: placement, hardship_register, disability_register."""

import numpy as np
import pyarrow as pa

from rollcall.simulate import names
from rollcall.simulate.clock import to_date, to_number
from rollcall.simulate.columns import Columns, dice
from rollcall.simulate.enrol import AT_HOME, IN_CLASS, IN_SPECIAL
from rollcall.simulate.people import NO_PLACE
from rollcall.simulate.render import BLANK
from rollcall.simulate.world import World

VISITS_PLANNED = 8  # a month: two a week
CERTIFIED = 0.9
UNTIL = 365 * 3
# How the children without a desk stand in the placements, in turn; a special school's place on paper is none.
OFF_ROLL = ["waiting", "deferred", "special_school", "exempt", "waiting", "deferred", "waiting", "exempt"]


def placement(world: World, unit: int, day: int) -> dict:
    """Each disabled child the unit answers for: where it learns, or that it waits, is deferred or exempt."""
    people, seats = world.people, world.seats
    on_roll = world.seats_on(unit, day + 1)
    on_roll = on_roll[people.disability_kind[seats.child[on_roll]] > 0]
    waiting = world.cast.waiting[people.unit[world.cast.waiting] == unit]
    place = {int(child): number for number, child in enumerate(world.cast.waiting)}
    child = np.concatenate([seats.child[on_roll], waiting])
    learning = np.concatenate([seats.learning[on_roll], np.full(len(waiting), BLANK)])
    rng = dice(world.seed, f"placement {unit}")
    n, them = len(child), people.take(child)
    number = np.array([place.get(int(one), 0) for one in child], int)
    off_roll = np.array(OFF_ROLL, object)[number % len(OFF_ROLL)]
    kind = np.select(
        [learning == IN_SPECIAL, learning == IN_CLASS, learning == AT_HOME],
        ["special_school", "inclusion", "home_teaching"],
        "",
    )
    kind = np.where(them.part == NO_PLACE, off_roll, kind).astype("U14")
    result = {
        "special_school": "special",
        "inclusion": "ordinary",
        "home_teaching": "home",
        "waiting": "pending",
        "deferred": "deferred",
        "exempt": "unable",
    }
    at_home = kind == "home_teaching"
    # One in fifty taught in a school has been placed and nobody has written its plan.
    planned = at_home | (np.isin(kind, ("special_school", "inclusion")) & (child % 50 != 0))
    done = np.clip(VISITS_PLANNED - rng.geometric(0.5, n) + 1, 0, VISITS_PLANNED)
    stopped = world.people.disability_kind[seats.child] > 0
    stopped = seats.child[stopped & (seats.learning == AT_HOME)][:1]
    done = np.where(np.isin(child, stopped) & (day > world.clock.opening), 1, done)
    assessed = day - rng.integers(30, 700, n)
    own = world.school_code[np.flatnonzero(world.schools.unit == unit)[-1]]
    paper = np.where(kind[len(on_roll) :] == "special_school", own.astype("U10"), "")
    school = np.concatenate([world.school_code[seats.school[on_roll]].astype("U10"), paper])
    roll_number = np.concatenate([seats.roll_number[on_roll], np.full(len(waiting), b"", "S19")])
    return {
        "placement_no": np.array([f"TJ{world.geo.unit_code[unit]}{int(one):08d}" for one in child], object),
        "name": names.write(them.surname, them.first, them.second),
        "sex": them.sex.astype("U1"),
        "birth_on": them.birth,
        "id_type": np.full(n, "1"),
        "id_number": them.id,
        "roll_number": roll_number,
        "certificate_no": certificates(them, certified(world, child)),
        "disability_kind": them.disability_kind.astype("U1"),
        "disability_grade": them.disability_grade.astype("U1"),
        "assessed_on": np.where(kind == "waiting", BLANK, assessed),
        "assessment": np.array([result[one] for one in kind.tolist()], "U10"),
        "placement_kind": kind,
        "school_code": school.astype(object),
        "placed_on": np.maximum(assessed + 20, day - 600),
        "ended_on": np.full(n, BLANK),
        "plan_no": np.where(planned, np.array([f"一人一策{int(one):08d}" for one in child], object), ""),
        "n_visits_planned": np.where(at_home, VISITS_PLANNED, BLANK),
        "n_visits_done": np.where(at_home, done, BLANK),
        "last_visit_on": np.where(at_home & (done > 0), day - rng.integers(1, 20, n), BLANK),
    }  # fmt: skip


def certified(world: World, child: np.ndarray) -> np.ndarray:
    """Whether each disabled child holds a certificate."""
    return dice(world.seed, "certificates").random(len(world.people))[child] < CERTIFIED


def certificates(children: Columns, holds: np.ndarray) -> pa.Array:
    """Twenty digits: ID, kind, grade; empty for children without one."""
    numbers = np.char.add(children.id.astype("U18"), children.disability_kind.astype("U1"))
    texts = np.char.add(numbers, children.disability_grade.astype("U1"))
    return pa.array(np.where(holds, texts, "").astype(object), pa.string())


def hardship_register(world: World, day: int) -> dict:
    """Children in each recognised category, all districts in one file."""
    people, geo = world.people, world.geo
    child = np.flatnonzero((people.hardship != "") & people.on_register)
    orphans = np.flatnonzero(people.is_orphan & people.on_register)
    kind = np.concatenate([people.hardship[child], np.full(len(orphans), "orphan")]).astype("U14")
    child = np.concatenate([child, orphans])
    order = np.lexsort((child, people.register_unit[child]))
    child, kind = child[order], kind[order]
    them = people.take(child)
    rng = dice(world.seed, "hardship")
    recognised = rng.integers(to_number(to_date(day).replace(year=2014)), day - 10, len(child))
    return {
        "id_number": them.id,
        "hardship_kind": kind,
        "name": names.write(them.surname, them.first, them.second),
        "sex": them.sex.astype("U1"),
        "birth_on": them.birth,
        "recognised_on": np.maximum(recognised, them.birth + 30),
        "expires_on": np.where(rng.random(len(child)) < 0.2, day + UNTIL, BLANK),
        "district_code": geo.district_code[geo.unit_district[them.register_unit]],
        "township_code": geo.township_code[them.register_township],
    }


def disability_register(world: World, day: int) -> dict:
    """Children who hold a certificate."""
    people, geo = world.people, world.geo
    child = np.flatnonzero((people.disability_kind > 0) & people.on_register)
    child = child[certified(world, child)]
    them = people.take(child)
    issued = np.maximum(day - dice(world.seed, "issued").integers(30, 2500, len(child)), them.birth + 200)
    return {
        "certificate_no": certificates(them, np.ones(len(child), bool)),
        "id_number": them.id,
        "name": names.write(them.surname, them.first, them.second),
        "sex": them.sex.astype("U1"),
        "birth_on": them.birth,
        "disability_kind": them.disability_kind.astype("U1"),
        "disability_grade": them.disability_grade.astype("U1"),
        "issued_on": issued,
        "expires_on": issued + 3650,
        "district_code": geo.district_code[geo.unit_district[them.register_unit]],
        "township_code": geo.township_code[them.register_township],
    }
