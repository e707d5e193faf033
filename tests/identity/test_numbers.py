"""Numbers one slip away."""

from hypothesis import given
from hypothesis import strategies as st

from rollcall.identity.numbers import check_digit, is_sound, neighbours

BODIES = st.builds(
    lambda area, year, month, day, order: f"5009{area:02d}{year}{month:02d}{day:02d}{order:03d}",
    st.integers(1, 99),
    st.integers(2001, 2015),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 999),
)
SOUND = BODIES.map(lambda body: body + check_digit(body))
PLACES = st.integers(0, 16)


@given(SOUND, PLACES, st.integers(1, 9))
def test_a_wrong_digit_is_always_noticed_and_always_found(number, place, by):
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert not is_sound(wrong)
    assert dict(neighbours(wrong))[number] == "one_digit"


@given(SOUND, st.integers(0, 15))
def test_exchanged_neighbours_are_found(number, place):
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if wrong != number:
        assert not is_sound(wrong)
        assert number in dict(neighbours(wrong))


@given(SOUND, PLACES, st.integers(0, 9))
def test_a_digit_too_few_or_too_many_is_found(number, place, digit):
    assert number in dict(neighbours(number[:place] + number[place + 1 :]))
    assert number in dict(neighbours(number[:place] + str(digit) + number[place:]))


@given(SOUND)
def test_the_short_form_is_found(number):
    assert dict(neighbours(number[:6] + number[8:17]))[number] == "fifteen"


@given(SOUND)
def test_a_sound_number_has_no_neighbour_one_digit_away(number):
    assert not [other for other, how in neighbours(number) if how == "one_digit"]


@given(SOUND, PLACES, st.integers(1, 9))
def test_nothing_is_left_out(number, place, by):
    """Every number that differs in one place and passes the check, tried one by one."""
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    tried = {wrong[:p] + digit + wrong[p + 1 :] for p in range(18) for digit in "0123456789X"}
    assert {one for one in tried if is_sound(one)} == {o for o, how in neighbours(wrong) if how == "one_digit"}


def test_what_is_no_number_has_none():
    assert neighbours("") == neighbours("A12345678") == neighbours("5.00908E+17") == neighbours("1" * 10) == []
