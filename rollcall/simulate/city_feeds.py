"""What the municipality itself sends: school_base, outside_enrolment, opening_case, aid_transfer."""

import numpy as np

from rollcall.simulate import aid_faults, names
from rollcall.simulate.aid import programme_totals
from rollcall.simulate.clock import FOREVER, to_date
from rollcall.simulate.columns import dice
from rollcall.simulate.life import DROPOUT, GHOST, LOST, NEVER_ENROLLED, SUSPENDED
from rollcall.simulate.render import BLANK
from rollcall.simulate.world import World

YEARS_BACK = 9
LEAVES_MUNICIPALITY = 0.006  # of a grade, in a year


def school_base(world: World) -> dict:
    """School, year and grade of the nine years before: pupils flow from grade to grade with some moving."""
    rng = dice(world.seed, "school base")
    schools, seats = world.schools, world.seats.take(world.seats.from_on < world.clock.first)
    size = np.zeros((len(schools), 10), int)
    np.add.at(size, (seats.school, seats.grade.astype(int)), 1)
    rows: dict[str, list] = {
        name: [] for name in ("school", "year", "grade", "entrants", "pupils", "graduates", "inward", "outward")
    }
    for grade in range(1, 10):
        school = np.flatnonzero(size[:, grade])
        primary, junior = schools.weight_primary[school] > 0, schools.weight_junior[school] > 0
        last = (grade == 9) | ((grade == 6) & primary)
        first = (grade == 1) | ((grade == 7) & junior)
        for back in range(1, YEARS_BACK + 1):
            pupils = np.maximum(
                1, np.round(size[school, grade] * (1 + rng.normal(0.004 * back, 0.03, len(school))))
            ).astype(int)
            outward = rng.binomial(pupils, LEAVES_MUNICIPALITY * 2)
            rows["school"].append(school)
            rows["year"].append(np.full(len(school), world.clock.school_year - back))
            rows["grade"].append(np.full(len(school), grade))
            rows["entrants"].append(np.where(first, pupils, 0))
            rows["pupils"].append(pupils)
            rows["graduates"].append(np.where(last, pupils - rng.binomial(pupils, 0.006), 0))
            rows["inward"].append(rng.binomial(pupils, LEAVES_MUNICIPALITY * 1.6))
            rows["outward"].append(outward)
    told = {name: np.concatenate(parts) for name, parts in rows.items()}
    order = np.lexsort((told["grade"], told["year"], told["school"]))
    told = {name: values[order] for name, values in told.items()}
    return {
        "school_code": world.school_code[told["school"]],
        "school_year": np.array([f"{year}-{year + 1}" for year in told["year"].tolist()], object),
        "grade": told["grade"],
        "n_entrants": told["entrants"],
        "n_pupils": told["pupils"],
        "n_graduates": told["graduates"],
        "n_transferred_in": told["inward"],
        "n_transferred_out": told["outward"],
    }


def outside_enrolment(world: World, day: int) -> dict:
    """Answers on children who learn, or are said to learn, in another province."""
    told = [(n, *row[:5]) for n, row in enumerate(world.life.outside) if row[5] <= day]
    number, child, province, begin, end, proof = (np.array(part) for part in zip(*told, strict=True))
    them = world.people.take(child)
    return {
        "answer_no": np.array([f"WS{one:08d}" for one in number.tolist()], object),
        "name": names.write(them.surname, them.first, them.second),
        "sex": them.sex.astype("U1"),
        "birth_on": them.birth,
        "id_number": them.id,
        "province_code": province.astype(object),
        "school_name": np.array([f"外省第{one % 97 + 1}学校" for one in number.tolist()], object),
        "enrolled_from": begin,
        "enrolled_to": end,
        "proof_kind": proof.astype("U13"),
    }


def old_case_no(world: World, child: int, begun: int) -> str:
    """The number a case had in the old ledger."""
    return f"TZ{to_date(begun).year}{world.geo.unit_code[world.people.unit[child]]}{child:08d}"


def old_cases(world: World) -> list[tuple]:
    """The cases of the record that were open at the opening."""
    opening = world.clock.opening
    return [case for case in world.life.cases if case[3] < opening <= case[4] and case[2] != GHOST]


def opening_case(world: World) -> dict:
    """The old ledger's open cases and running suspensions."""
    cases = old_cases(world)
    status = {DROPOUT: "dropout", NEVER_ENROLLED: "never_enrolled", SUSPENDED: "suspended", LOST: "lost"}
    child = np.array([case[0] for case in cases], int)
    them = world.people.take(child)
    until = []
    ends = {(seat, day): last for seat, day, kind, _, _, _, _, last in world.life.changes if kind == "11"}
    for _, seat, kind, begun, ended, _ in cases:
        until.append(ends.get((seat, begun), ended if ended < FOREVER else BLANK) if kind == SUSPENDED else BLANK)
    return {
        "case_no": np.array([old_case_no(world, case[0], case[3]) for case in cases], object),
        "unit_code": world.geo.unit_code[them.unit],
        "name": names.write(them.surname, them.first, them.second),
        "sex": them.sex.astype("U1"),
        "birth_on": them.birth,
        "id_number": them.id,
        "case_status": np.array([status[case[2]] for case in cases], "U14"),
        "opened_on": np.array([case[3] for case in cases], int),
        "cause": np.array([case[5] for case in cases], "U10"),
        "disposition": np.array(["suspension" if case[2] == SUSPENDED else "" for case in cases], "U14"),
        "suspended_until": np.array(until, int),
    }


def aid_transfer(world: World) -> tuple[dict, list[dict]]:
    """Money sent down to each unit for the term, by programme; and the transfers that are too small."""
    rows = programme_totals(world)
    year = world.clock.school_year
    number = [f"BK{year}{world.geo.unit_code[unit]}{place:04d}" for place, (unit, *_) in enumerate(rows, 1)]
    amounts, places = aid_faults.short([amount for *_, amount in rows])
    faults = [
        {"fault": "short_transfer", "number": number[place], "unit_code": str(world.geo.unit_code[rows[place][0]])}
        for place in places
    ]
    values = {
        "transfer_no": np.array(number, object),
        "unit_code": np.array([world.geo.unit_code[unit] for unit, *_ in rows]),
        "programme": np.array([programme for _, programme, _, _ in rows], "U14"),
        "term": np.full(len(rows), f"{year}-{year + 1}-1", object),
        "n_persons": np.array([persons for *_, persons, _ in rows]),
        "amount_fen": np.array(amounts),
        "transferred_on": np.full(len(rows), world.clock.opening - 6),
    }
    return values, faults
