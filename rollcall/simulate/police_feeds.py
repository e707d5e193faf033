"""What the police of one district send each month: population and population_change."""

import numpy as np

from rollcall.simulate import ids, names
from rollcall.simulate.columns import dice
from rollcall.simulate.render import BLANK
from rollcall.simulate.world import World

OUTSIDE_SHOWN = 0.3  # share of the children enrolled elsewhere whose residence there the police know


def population(world: World, district: int, day: int) -> tuple[dict, np.ndarray]:
    """The children registered in a district on a day, and the child of each row."""
    people, geo = world.people, world.geo
    gone = [child for child, on, kind, _ in world.life.register if kind in ("out", "death") and on <= day]
    here = people.on_register & (geo.unit_district[people.register_unit] == district)
    here[gone] = False
    child = np.flatnonzero(here)
    again = np.flatnonzero((people.second_id != b"") & (geo.unit_district[people.second_unit] == district))
    number = np.concatenate([people.id[child], people.second_id[again]])
    child = np.concatenate([child, again])
    them = people.take(child)
    n = len(child)
    roll = dice(world.seed, f"residence {district}").random(n)
    home = geo.district_code[geo.unit_district[them.unit]]
    shown = np.where(them.part == 1, np.where(roll < OUTSIDE_SHOWN, 440305, 0), np.where(roll < 0.9, home, 0))
    head = np.array(["子", "女"], object)[them.sex - 1]
    return {
        "id_number": number,
        "name": names.write(them.surname, them.first, them.second),
        "former_name": np.full(n, "", object),
        "sex": them.sex.astype("U1"),
        "birth_on": them.birth,
        "ethnicity": them.ethnicity,
        "register_kind": them.register_kind,
        "district_code": np.full(n, geo.district_code[district]),
        "township_code": geo.township_code[them.register_township],
        "village": np.array([f"第{number}村" for number in range(1, 13)], object)[them.number % 12],
        "household_no": them.number + 500_000_000,
        "relation_to_head": np.where(roll < 0.8, head, np.array(["孙子", "孙女"], object)[them.sex - 1]),
        "guardian_name": names.write(them.surname, them.guardian_first, them.guardian_second),
        "guardian_phone": them.phone,
        "residence_district_code": np.where(shown > 0, shown.astype("U6"), "").astype(object),
    }, child


def population_change(world: World, district: int, first: int, last: int) -> dict:
    """Moves, deaths and corrections with effect from `first` to `last`."""
    people, geo = world.people, world.geo
    own = geo.district_code[district]
    rows = [
        (number, child, on, kind, old)
        for number, (child, on, kind, old) in enumerate(world.life.register)
        if first <= on <= last
        and geo.unit_district[people.register_unit[child]] == district
        and people.on_register[child]
    ]
    rows += _arrivals(world, district, first, last)
    child = np.array([row[1] for row in rows], int)
    kinds = [row[3] for row in rows]
    them = people.take(child)
    id_number, first_char, birth = them.id.copy(), them.first.copy(), np.full(len(rows), BLANK)
    for place, (_, _, _, kind, old) in enumerate(rows):  # the row names the child as before the change
        if kind == "id_corrected":
            id_number[place] = old
        elif kind == "name_changed":
            first_char[place] = old
        elif kind == "birth_corrected":
            birth[place] = them.birth[place]
    corrected = np.array([kind == "id_corrected" for kind in kinds], bool)
    renamed = np.array([kind == "name_changed" for kind in kinds], bool)
    moved = {"out": own, "death": own}
    townships = geo.township_code[them.register_township].astype("U9")
    new_names = names.write(them.surname, them.first, them.second).to_pylist()
    return {
        "change_no": np.array([f"B{own}{number:07d}" for number, *_ in rows], object),
        "id_number": id_number,
        "name": names.write(them.surname, first_char, them.second),
        "change_kind": np.array(kinds, "U15"),
        "changed_on": np.array([row[2] for row in rows], int),
        "from_district_code": np.array([str(moved.get(kind, "")) for kind in kinds], object),
        "to_district_code": np.array([_moved_to(row, own) for row in rows], object),
        "to_township_code": np.where(np.array(kinds, "U3") == "in", townships, "").astype(object),
        "new_id_number": np.where(corrected, them.id, np.array(b"", "S18")),
        "new_name": np.where(renamed, np.array(new_names, object), ""),
        "new_birth_on": birth,
    }


def _moved_to(row: tuple, own: int) -> str:
    _, _, _, kind, where = row
    return str(where) if kind == "out" else str(own) if kind == "in" else ""


def _arrivals(world: World, district: int, first: int, last: int) -> list[tuple]:
    """A few children with a residence permit who came in the month."""
    people = world.people
    child = np.flatnonzero(
        (people.register_kind == "permit") & (world.geo.unit_district[people.register_unit] == district)
    )
    child = child[people.block[child] == ids.ELSEWHERE][:: max(1, len(child) // 5)][:4]
    return [(9_000_000 + int(one), int(one), first + int(one) % max(1, last - first), "in", None) for one in child]
