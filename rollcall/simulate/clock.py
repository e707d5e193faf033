"""The simulated time: days as whole numbers since 1970-01-01, school days, Mondays, month days, receipt
times."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np

SHANGHAI = ZoneInfo("Asia/Shanghai")
EPOCH = date(1970, 1, 1)
TERM_DAYS = 140
VACATIONS = (((1, 19), (2, 16)), ((7, 11), (8, 31)))  # first and last days, month and day
FOREVER = 2**30


def to_number(day: date) -> int:
    return (day - EPOCH).days


def to_date(number: int) -> date:
    return EPOCH + timedelta(days=int(number))


def at(number: int, seconds: int) -> datetime:
    """The moment so many seconds after midnight, Shanghai time, of a day."""
    return datetime.combine(to_date(number), datetime.min.time(), SHANGHAI) + timedelta(seconds=int(seconds))


@dataclass(frozen=True)
class Clock:
    """What the simulation covers: `start` is a Monday; `weeks` = 0 means the opening deliveries and one
    day."""

    start: date
    weeks: int

    @cached_property
    def first(self) -> int:
        return to_number(self.start)

    @cached_property
    def last(self) -> int:
        """The last simulated day: the Sunday that ends the last week."""
        return self.first + max(self.weeks, 1) * 7 - 1

    @cached_property
    def opening(self) -> int:
        """Business date of what is sent once, by the term or the year: the first of the month of the
        start."""
        return to_number(self.start.replace(day=1))

    @cached_property
    def school_year(self) -> int:
        return self.start.year if self.start.month >= 8 else self.start.year - 1

    @cached_property
    def mondays(self) -> list[int]:
        return [self.first + 7 * week for week in range(max(self.weeks, 1))]

    @cached_property
    def school_days(self) -> list[int]:
        """Days of the plain week with public holidays and make-up days applied, before any unit's own
        closures."""
        days = [day for day in range(self.first, self.last + 1) if is_school_day(day)]
        return days[:1] if self.weeks == 0 else days

    def month_days(self, due_day: int) -> list[int]:
        """The due day of every month within the simulation."""
        days = [to_date(day) for day in range(self.first, self.last + 1)]
        return [to_number(day) for day in days if day.day == due_day]

    @cached_property
    def month_firsts(self) -> list[int]:
        """The first of the month that precedes the start, and every later one within the simulation."""
        return sorted({self.opening, *self.month_days(1)})

    @cached_property
    def term(self) -> np.ndarray:
        """Every day the calendars cover: the term, or all weeks and some more."""
        return np.arange(self.opening, self.opening + max(TERM_DAYS, self.last + TERM_DAYS // 2 - self.opening))

    @cached_property
    def terms(self) -> list[int]:
        """The days on which what comes by the term is sent."""
        return [self.opening, *(day for day in self.month_days(1) if to_date(day).month == 3)]


def is_school_day(number: int) -> bool:
    """A working day by the State Council's holiday plan, outside the vacations; beyond the years it knows, Monday to
    Friday."""
    day = to_date(number)
    if any(first <= (day.month, day.day) <= last for first, last in VACATIONS):
        return False
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5
