"""Lunar dates that were written down as if they were solar ones, as grandparents give birthdays."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

# Whole lunar years of the calendar that cnlunar brings (1901-2100, Hong Kong Observatory).
FIRST, LAST = date(1901, 2, 19), date(2099, 12, 31)


def written_as(day: date) -> date | None:
    """The solar-looking date that the lunar date of a solar `day` reads as; the 30th of a month that ends
    sooner becomes its last day. None outside the calendar, FIRST to LAST."""
    from cnlunar import Lunar

    if not FIRST <= day <= LAST:
        return None
    moon = Lunar(datetime(day.year, day.month, day.day, 12))
    for last in (moon.lunarDay, 30, 29, 28):
        if last <= moon.lunarDay:
            try:
                return date(moon.lunarYear, moon.lunarMonth, last)
            except ValueError:
                continue
    return None


def meanings(years: Iterable[int]) -> list[tuple[date, date]]:
    """(written_on, meant_on) for every solar day of these years. A leap month, or a month's end that was moved,
    gives one written date two meanings."""
    days = (
        date(year, 1, 1) + timedelta(days=n)
        for year in sorted(years)
        for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    )
    return [(written, day) for day in days if (written := written_as(day)) is not None]


def years_meant(written: Iterable[int]) -> set[int]:
    """The solar years that dates written in these years may mean: a lunar year ends in the next solar one."""
    return {year + more for year in written for more in (0, 1) if FIRST.year <= year + more <= LAST.year}
