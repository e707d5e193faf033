"""What the clerks wrote: the roll's version of each child, with the errors people make.

Rates follow the linkage study: three rows in a hundred are careless and have twelve times the errors.
"""

import numpy as np

from rollcall.identity.lunar import written_as
from rollcall.simulate import ids, names
from rollcall.simulate.cast import Cast
from rollcall.simulate.clock import EPOCH, to_date
from rollcall.simulate.columns import Columns, at_least, dice
from rollcall.simulate.enrol import temporary_numbers
from rollcall.simulate.people import NEVER

CARELESS, TIMES = 0.03, 12
# Kind of error: (share of all rows, least number of rows).
RATES = {
    "lunar_birth": (0.006, 3),
    "birth_slip": (0.002, 2),
    "homophone": (0.003, 2),
    "look_alike": (0.002, 2),
    "traditional": (0.001, 1),
    "lost_character": (0.0003, 1),
    "changed_surname": (0.001, 1),
    "alias": (0.002, 2),
    "id_missing": (0.005, 3),
    "id_digit": (0.006, 3),
    "id_transposed": (0.0015, 1),
    "id_fifteen": (0.0005, 1),
    "id_reissued": (0.001, 2),
    "id_of_sibling": (0.0004, 1),
    "id_of_missing_sibling": (0.00003, 1),
    "id_of_stranger": (0.0001, 1),
    "sex": (0.0005, 1),
}


def write_down(people: Columns, seats: Columns, cast: Cast, seed: int, error_rate: float = 1.0) -> None:
    """Add to `seats` what stands on the roll: w_surname, w_first, w_second, w_former, w_sex, w_birth, w_id,
    w_id_type, w_phone. Protected children are written down as they are. `error_rate` multiplies every rate."""
    rng = dice(seed, "clerks")
    child = seats.child
    seats.w_surname, seats.w_first, seats.w_second = (
        people.surname[child],
        people.first[child],
        people.second[child],
    )
    seats.w_former = np.full(len(child), -1, np.int16)  # a former surname
    seats.w_sex, seats.w_birth = people.sex[child], people.birth[child]
    seats.w_id, seats.w_phone = people.id[child], people.phone[child]
    seats.w_id_type = np.full(len(child), b"1")
    errors = _errors(people, seats, cast, rng, error_rate)
    _misread_births(seats, errors, rng)
    _misspell_names(seats, errors, rng)
    _mistake_numbers(people, seats, cast, errors, rng)
    seats.w_sex[errors["sex"]] = 3 - seats.w_sex[errors["sex"]]
    _use_others(people, seats, cast)


def _errors(
    people: Columns, seats: Columns, cast: Cast, rng: np.random.Generator, error_rate: float
) -> dict[str, np.ndarray]:
    n = len(seats)
    may = ~cast.protected[seats.child]
    careless = rng.random(n) < CARELESS
    factor = np.where(careless, TIMES, 1) / (1 + CARELESS * (TIMES - 1)) * may
    errors = {}
    for kind, (rate, least) in RATES.items():
        rate *= error_rate
        wanted = at_least(rate, n, least)
        rows = np.flatnonzero(rng.random(n) < rate * factor)
        if len(rows) < wanted // 2 or len(rows) < least:
            rows = rng.choice(np.flatnonzero(may), wanted, replace=False)
        errors[kind] = np.sort(rows)
    return errors


def _misread_births(seats: Columns, errors: dict, rng: np.random.Generator) -> None:
    rows = errors["lunar_birth"]
    seats.w_birth[rows] = lunar(seats.w_birth[rows])
    rows = errors["birth_slip"]
    seats.w_birth[rows] += rng.choice([-30, -10, -1, 1, 9, 31], len(rows)).astype(np.int32)


def lunar(birth: np.ndarray) -> np.ndarray:
    """The lunar date of each day, written as if it were a solar one (a 30th that the month lacks becomes its last
    day)."""
    days, places = np.unique(birth, return_inverse=True)
    read = [(written_as(to_date(day)) - EPOCH).days for day in days]
    return np.array(read, np.int32)[places] if len(days) else birth


def _misspell_names(seats: Columns, errors: dict, rng: np.random.Generator) -> None:
    for kind, swap in (("homophone", names.SOUNDS_LIKE), ("look_alike", names.LOOKS_LIKE)):
        rows = errors[kind]
        seats.w_first[rows], seats.w_second[rows] = swap[seats.w_first[rows]], swap[seats.w_second[rows]]
    rows = errors["traditional"]
    for part in ("w_surname", "w_first", "w_second"):
        seats.put(rows, **{part: names.TRADITIONAL[seats.__dict__[part][rows]]})
    rows = errors["lost_character"]
    seats.w_first[rows] = rng.choice([names.PLACE[sign] for sign in names.LOST], len(rows))
    rows = errors["alias"]  # the name used at home: another given name altogether
    seats.w_first[rows], seats.w_second[rows] = names.given(rng, seats.w_sex[rows])
    rows = np.flatnonzero(names.UNDOTTED[seats.w_first] != seats.w_first)[::2]  # every other one
    seats.w_first[rows] = names.UNDOTTED[seats.w_first[rows]]
    rows = errors["changed_surname"]
    seats.w_former[rows[::2]] = seats.w_surname[rows[::2]]  # every other school asks for the former name
    seats.w_surname[rows] = names.surnames(rng, np.zeros(len(rows), bool))


def _mistake_numbers(people: Columns, seats: Columns, cast: Cast, errors: dict, rng: np.random.Generator) -> None:
    rows = errors["id_digit"]
    seats.w_id[rows] = ids.spoil_digit(seats.w_id[rows], rng)
    rows = errors["id_transposed"]
    seats.w_id[rows] = ids.transpose_digits(seats.w_id[rows], rng)
    rows = errors["id_fifteen"]
    seats.w_id[rows] = ids.fifteen(people.id[seats.child[rows]])
    rows = errors["id_reissued"]  # the number before a correction: its area was another one
    child = seats.child[rows]
    order = 2 * np.arange(len(rows)) % 998 + people.sex[child]
    seats.w_id[rows] = ids.id_numbers(np.full(len(rows), 50), people.birth[child], order)
    rows = errors["id_of_sibling"]
    child = seats.child[rows]
    other = np.clip(child + rng.choice([-1, 1], len(rows)), 0, len(people) - 1)
    kin = _kin(people, child, other)
    fits = ~cast.protected[kin] & (kin != child)
    seats.w_id[rows[fits]] = people.id[kin[fits]]
    # A brother's or sister's number, of one who is on no roll: the number must not seat that child.
    kin = _kin(people, seats.child, seats.child)
    rows = np.flatnonzero((people.part[kin] == NEVER) & ~cast.protected[seats.child])
    rows = rng.permutation(rows)[: len(errors["id_of_missing_sibling"])]
    seats.w_id[rows] = people.id[kin[rows]]
    rows = errors["id_of_stranger"]
    other = rng.integers(0, len(people), len(rows))
    fits = ~cast.protected[other]
    seats.w_id[rows[fits]] = people.id[other[fits]]
    rows = errors["id_missing"]
    seats.put(rows, w_id=b"", w_id_type=b"Z")
    formal = rows[seats.roll_number[rows].astype("S1") == b"G"]
    seats.roll_number[formal] = temporary_numbers(formal, b"L", bank=1)


def _kin(people: Columns, child: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Another child of the same household, or `otherwise` where there is none."""
    order = np.argsort(people.number, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    after, before = (order[np.clip(place[child] + step, 0, len(order) - 1)] for step in (1, -1))
    kin = np.where(people.number[before] == people.number[child], before, otherwise)
    return np.where(people.number[after] == people.number[child], after, kin)


def _use_others(people: Columns, seats: Columns, cast: Cast) -> None:
    """IDs of never-enrolled children used by pupils: with their name and birth date too, or plainly."""
    rows, victims = cast.seats["thief"], cast.never["stolen"]
    seats.put(
        rows,
        w_id=people.id[victims],
        w_surname=people.surname[victims],
        w_first=people.first[victims],
        w_second=people.second[victims],
        w_birth=people.birth[victims],
        w_sex=people.sex[victims],
        roll_number=ids.roll_numbers(b"G", people.id[victims]),
    )
    rows, victims = cast.seats["careless_thief"], cast.never["stolen_plainly"]
    far = people.birth[victims] != seats.w_birth[rows]
    rows, victims = rows[far], victims[far]
    seats.put(rows, w_id=people.id[victims], roll_number=temporary_numbers(rows, b"L", bank=2))
