"""Numbers that look right and belong to nobody: resident IDs, roll numbers, phones, certificates.

IDs use area codes 5009xx, which are assigned to no place: 500901..500938 for the districts, 500990 for
children born elsewhere. Numbers are fixed-width bytes in numpy (S18, S19), empty where there is none.
"""

import numpy as np

from rollcall.simulate.geography import PREFIX_BLOCK

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK = np.frombuffer(b"10X98765432", np.uint8)
ELSEWHERE = 90
TEMPORARY = 60  # area 500960..: the shape inside L and J roll numbers
PHONE_BLOCK = 12_000_000_000  # 120... is no mobile prefix


def yyyymmdd(days: np.ndarray) -> np.ndarray:
    """Days since 1970 as numbers such as 20130510."""
    stamp = np.asarray(days, "int64").astype("datetime64[D]")
    year = stamp.astype("datetime64[Y]").astype(np.int64) + 1970
    month = stamp.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (stamp - stamp.astype("datetime64[M]")).astype(np.int64) + 1
    return year * 10_000 + month * 100 + day


def id_numbers(block: np.ndarray, birth: np.ndarray, order: np.ndarray) -> np.ndarray:
    """S18 numbers from the position in the block (1..99), birth days and order numbers (0..999)."""
    head = (PREFIX_BLOCK + np.asarray(block, np.int64)) * 10**11 + yyyymmdd(birth) * 1000 + order
    digits = np.empty((len(head), 18), np.uint8)
    for place in range(16, -1, -1):
        digits[:, place] = head % 10
        head = head // 10
    digits[:, 17] = CHECK[(digits[:, :17] * WEIGHTS).sum(axis=1) % 11]
    digits[:, :17] += ord("0")
    return digits.reshape(-1).view("S18")


def check_ok(numbers: np.ndarray) -> np.ndarray:
    """Whether each S18 number has 18 places and the right check digit."""
    digits = np.ascontiguousarray(numbers).astype("S18").view(np.uint8).reshape(-1, 18)
    body = digits[:, :17].astype(np.int64) - ord("0")
    shaped = ((body >= 0) & (body <= 9)).all(axis=1)
    return shaped & (CHECK[(np.where(shaped[:, None], body, 0) * WEIGHTS).sum(axis=1) % 11] == digits[:, 17])


def order_numbers(block: np.ndarray, birth: np.ndarray, sex: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Unique order numbers (odd male, even female) within area and birth day.

    `line` is the order of registration: children next to each other in it get consecutive places, as twins
    do.
    """
    group = (np.asarray(block, np.int64) << 32) + np.asarray(birth, np.int64)
    order = np.lexsort((line, group))
    ordered = group[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sizes = np.diff(np.r_[starts, len(ordered)])
    rank = np.arange(len(ordered)) - np.repeat(starts, sizes)
    if len(rank) and rank.max() > 498:
        raise ValueError("more than 499 births of one day in one district: the scale is too large")
    place = np.empty(len(order), np.int64)
    place[order] = (rank + ordered % 499) % 499  # start anywhere, so that numbers do not betray the size
    return np.where(sex == 1, 2 * place + 1, 2 * place + 2)


def roll_numbers(letter: bytes, numbers: np.ndarray) -> np.ndarray:
    """S19: the letter before each S18 number."""
    return np.char.add(np.full(len(numbers), letter, "S1"), numbers).astype("S19")


def phones(rng: np.random.Generator, n: int) -> np.ndarray:
    """Eleven-digit numbers of a prefix that is not issued."""
    return PHONE_BLOCK + rng.integers(0, 10**9, n)


def spoil_digit(numbers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One digit wrong in each number: the check digit always notices. Never makes a number that ends in
    000."""
    digits = np.ascontiguousarray(numbers).view(np.uint8).reshape(-1, 18).copy()
    rows = np.arange(len(digits))
    place = rng.integers(6, 14, len(digits))  # inside the birth date
    digits[rows, place] = (digits[rows, place] - ord("0") + rng.integers(1, 10, len(digits))) % 10 + ord("0")
    return digits.reshape(-1).view("S18")


def transpose_digits(numbers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Two neighbouring, differing digits of the birth date or order exchanged in each number: never a sound one."""
    digits = np.ascontiguousarray(numbers).view(np.uint8).reshape(-1, 18).copy()
    rows = np.arange(len(digits))
    differ = digits[:, 6:16] != digits[:, 7:17]
    place = 6 + (differ * rng.random(differ.shape)).argmax(axis=1)
    digits[rows, place], digits[rows, place + 1] = digits[rows, place + 1], digits[rows, place].copy()
    return digits.reshape(-1).view("S18")


def fifteen(numbers: np.ndarray) -> np.ndarray:
    """The form in use until 2013: no century, no check digit."""
    digits = np.ascontiguousarray(numbers).view(np.uint8).reshape(-1, 18)
    short = np.zeros_like(digits)
    short[:, :15] = np.concatenate([digits[:, :6], digits[:, 8:17]], axis=1)
    return short.reshape(-1).view("S18")
