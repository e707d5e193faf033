"""Numbers near an unsound resident ID number: what the clerk may have meant to write.

GB 11643's check digit shows every single wrong digit and every exchange of two neighbours, so two sound numbers are
never one slip apart: only an unsound one has neighbours, about seventeen.
"""

from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# With the check digit, whose weight is 1 and whose X counts ten, the sum is 1 modulo 11.
_ALL = (*WEIGHTS, 1)
_INVERSE = tuple(pow(weight, -1, 11) for weight in _ALL)


def neighbours(number: str) -> list[tuple[str, str]]:
    """(sound number, how) for an unsound canonical `number`, each once.

    how: one_digit (one digit wrong, left out or too many), transposed (two neighbours exchanged), fifteen (the
    form in use until 2013, with the century and the check digit left out).
    """
    found: dict[str, str] = {}
    if len(number) == 15 and number.isdigit():
        bodies = [number[:6] + century + number[6:] for century in ("20", "19")]
        tries = [(body + check_digit(body), "fifteen") for body in bodies]
    elif len(number) in (17, 18, 19) and set(number[:-1]) <= set("0123456789"):
        tries = [(candidate, "one_digit") for candidate in _one_slip(number)]
        if len(number) == 18:
            swapped = (number[:p] + number[p + 1] + number[p] + number[p + 2 :] for p in range(17))
            tries += [(candidate, "transposed") for candidate in swapped]
    else:
        tries = []
    for candidate, how in tries:
        if candidate != number and is_sound(candidate):
            found.setdefault(candidate, how)
    return list(found.items())


def _one_slip(number: str) -> list[str]:
    """Numbers of eighteen places whose check digit is right and that differ by one digit: another one, one more,
    one less. The check sum tells the digit, so that not all have to be tried."""
    if len(number) == 19:
        return [number[:p] + number[p + 1 :] for p in range(19)]
    frames = [(number[:p], number[p + (len(number) == 18) :]) for p in range(18)]
    found = []
    for before, after in frames:
        rest = sum(_value(c) * w for c, w in zip(before, _ALL, strict=False))
        rest += sum(_value(c) * w for c, w in zip(after, _ALL[len(before) + 1 :], strict=True))
        digit = (1 - rest) * _INVERSE[len(before)] % 11
        if digit < 10:
            found.append(f"{before}{digit}{after}")
        elif len(before) == 17:
            found.append(f"{before}X")
    return found


def check_digit(body: str) -> str:
    """Check digit of the first seventeen digits (GB 11643)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def is_sound(number: str) -> bool:
    """Shape, date of birth and check digit of a resident ID number."""
    if not (len(number) == 18 and number[:17].isdigit() and number[:17].isascii()):
        return False
    if number[17] != check_digit(number[:17]):
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return 1900 <= born.year < 2100


def _value(char: str) -> int:
    return 10 if char == "X" else int(char)
