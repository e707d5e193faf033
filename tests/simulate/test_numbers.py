"""Numbers look right and can belong to nobody."""

import numpy as np
import pytest

from rollcall.simulate import ids


def test_check_digits_agree_with_known_numbers():
    known = np.array([b"500920201310051238", b"500912200906061280", b"50092220130101127X"])
    assert ids.check_ok(known).all()
    assert not ids.check_ok(np.array([b"500920201310051239", b"50092220130101127x"])).any()


def test_ids_are_valid_unique_and_of_no_place(world):
    numbers = world.people.id
    assert ids.check_ok(numbers).all()
    assert len(np.unique(numbers)) == len(numbers)
    assert set(numbers.astype("S4").tolist()) == {b"5009"}


def test_ids_agree_with_sex_and_birth_date(world):
    text = world.people.id.astype("U18")
    odd = np.array([int(number[16]) % 2 for number in text])
    assert ((odd == 1) == (world.people.sex == 1)).all()
    born = np.array([number[6:14] for number in text], int)
    assert (born == ids.yyyymmdd(world.people.birth)).all()


def test_every_written_number_lies_in_the_unassigned_block(world):
    seats = world.seats
    filled = seats.w_id[seats.w_id != b""]
    assert set(filled.astype("S4").tolist()) == {b"5009"}
    assert {number[1:5] for number in seats.roll_number.tolist()} == {b"5009"}
    assert {chr(number[0]) for number in seats.roll_number.tolist()} <= set("GLJ")


def test_phones_and_school_serials_are_impossible(world):
    assert (world.people.phone // 10**8 == 120).all() | (world.people.phone // 10**9 == 12).all()
    assert (world.schools.code % 10**6 >= 900_000).all()
    assert set((world.schools.code // 10**6).tolist()) <= {2150, 3150, 3450, 5150}


def test_twins_have_consecutive_places(world):
    twins = np.flatnonzero(world.people.twin_of >= 0)
    assert len(twins)
    order = world.people.id.astype("U18")
    gaps = [abs(int(order[twin][14:17]) - int(order[world.people.twin_of[twin]][14:17])) for twin in twins]
    assert max(gaps) <= 3 or sum(gap > 3 for gap in gaps) <= 1  # the numbering of a day is a ring


@pytest.mark.parametrize("seed", range(5))
def test_a_wrong_digit_is_always_noticed(seed):
    rng = np.random.default_rng(seed)
    numbers = ids.id_numbers(rng.integers(1, 39, 500), rng.integers(12_000, 15_000, 500), rng.integers(1, 999, 500))
    assert not ids.check_ok(ids.spoil_digit(numbers, rng)).any()


def test_temporary_numbers_are_nobodys(world):
    from rollcall.simulate.enrol import temporary_numbers

    numbers = np.concatenate([temporary_numbers(np.arange(200_000), b"L", bank) for bank in range(3)])
    assert len(np.unique(numbers)) == len(numbers)
    assert not np.isin(numbers.astype("U19"), np.char.add("L", world.people.id.astype("U18"))).any()
