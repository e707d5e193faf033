"""Lunar dates that were written down as if they were solar ones, as grandparents give birthdays."""

from datetime import date, datetime, timedelta

# The years of birth that a register or a roll may hold (rollcall.contracts.shapes.BORN), and one to each side.
FIRST, LAST = date(1997, 1, 1), date(2018, 1, 31)


def written_as(day: date) -> date | None:
    """The solar-looking date that the lunar date of a solar `day` reads as; the 30th of a month that ends
    sooner becomes its last day."""
    from cnlunar import Lunar

    moon = Lunar(datetime(day.year, day.month, day.day, 12))
    for last in (moon.lunarDay, 30, 29, 28):
        if last <= moon.lunarDay:
            try:
                return date(moon.lunarYear, moon.lunarMonth, last)
            except ValueError:
                continue
    return None


def meanings(first: date = FIRST, last: date = LAST) -> list[tuple[date, date]]:
    """(written_on, meant_on) for every solar day from `first` to `last`. A leap month, or a month's end that
    was moved, gives one written date two meanings."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [(written, day) for day in days if (written := written_as(day)) is not None]
