"""The text of a spreadsheet cell, as a person sees it.

Text stays as it is. Whole numbers lose the `.0` they are stored with. A number of 16 digits or more has lost
its last digits in the spreadsheet, which keeps 15: it becomes 5.00908201003051E+17, as the spreadsheet shows
it, and never a full integer that nobody wrote. Dates become 2011-01-01, with a time 2011-01-01 08:30:00;
other number formats are not applied. TRUE and FALSE; errors such as #N/A stay what they are.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

_EXACT = 10**15


def cell_text(value: Any) -> str:
    """Text of a cell's value: None, str, bool, int, float, date, datetime, time or timedelta."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        rounded = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return rounded.date().isoformat() if rounded.time() == time() else rounded.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return str(value)


def _number(value: int | float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return "#NUM!"
    if abs(value) >= _EXACT:
        digits, exponent = f"{value:.14E}".split("E")
        return f"{digits.rstrip('0').rstrip('.')}E{exponent}"
    return str(int(value)) if value == int(value) else repr(value)
