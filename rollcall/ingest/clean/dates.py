"""Canonical text of dates, months, school years and terms. What cannot be read comes back as None."""

import re
from datetime import date, timedelta

_MIDNIGHT = r"(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?"
_DATE = re.compile(
    r"(?:(\d{4})(\d\d)(\d\d)|(\d{4})([-/.])(\d{1,2})\5(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})[日号])" + _MIDNIGHT
)
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_FIRST, _LAST, _EPOCH = date(1990, 1, 1), date(2030, 12, 31), date(1899, 12, 30)
_MONTH = re.compile(r"(\d{4})(?:(\d\d)|([-/.])(\d{1,2})|年(\d{1,2})月?)")
_TIME = re.compile(r"(.+?)[ T]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?")
_YEARS = re.compile(r"(\d{4})(?:学年)?[-~/至到](\d{4})(?:学年度?)?")
_TERM = re.compile(r"(.+?)(?:学年度?)?[-_/ ]?(?:\(([12])\)|第?([12一二])(?:学期)?|([上下秋春])(?:学期|季学期|季|期)?)")
_TERMS = {"1": "1", "2": "2", "一": "1", "二": "2", "上": "1", "下": "2", "秋": "1", "春": "2"}


def to_date(text: str) -> str | None:
    """YYYY-MM-DD. Five plain digits are a spreadsheet's day number where that falls into 1990..2030."""
    found = _DATE.fullmatch(text)
    if found:
        year, month, day = (part for part in (*found.group(1, 2, 3), *found.group(4, 6, 7, 8, 9, 10)) if part)
        return _real(int(year), int(month), int(day))
    if _SERIAL.fullmatch(text):
        day = _EPOCH + timedelta(days=int(text[:5]))
        return day.isoformat() if _FIRST <= day <= _LAST else None
    return None


def to_timestamp(text: str) -> str | None:
    """YYYY-MM-DD HH:MM:SS; a date without a time is none."""
    found = _TIME.fullmatch(text)
    day = to_date(found.group(1)) if found and not _SERIAL.fullmatch(found.group(1)) else None
    if day is None:
        return None
    hour, minute, second = int(found.group(2)), int(found.group(3)), int(found.group(4) or 0)
    return f"{day} {hour:02d}:{minute:02d}:{second:02d}" if hour < 24 and minute < 60 and second < 60 else None


def to_month(text: str) -> str | None:
    """YYYY-MM; the first day of a month stands for the month, as spreadsheets store it."""
    found = _MONTH.fullmatch(text)
    if found:
        year, month = int(found.group(1)), int(found.group(2) or found.group(4) or found.group(5))
        return f"{year:04d}-{month:02d}" if 1 <= month <= 12 and year > 0 else None
    day = to_date(text) if not _SERIAL.fullmatch(text) else None
    return day[:7] if day and day.endswith("-01") else None


def to_school_year(text: str) -> str | None:
    """2019-2020."""
    found = _YEARS.fullmatch(text)
    return f"{found.group(1)}-{found.group(2)}" if found else None


def to_term(text: str) -> str | None:
    """2019-2020-1; 上 and 秋 are the first term, 下 and 春 the second."""
    found = _TERM.fullmatch(text)
    years = to_school_year(found.group(1)) if found else None
    return f"{years}-{_TERMS[found.group(2) or found.group(3) or found.group(4)]}" if years else None


def _real(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
