"""Canonical text of one value of each kind, and which values are canonical already.

A cleaner takes the raw text and gives the canonical one; what it cannot read it gives back trimmed, never
emptied. Blank comes back as ''.
"""

import re
from collections.abc import Callable

from rollcall.contracts.codes import code_list
from rollcall.contracts.model import Column
from rollcall.ingest.clean.dates import to_date, to_month, to_school_year, to_term, to_timestamp
from rollcall.ingest.clean.text import free_text, identity_text, person_name, plain

_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?")
_MONEY = re.compile(r"[¥￥]?(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2})0*)?元?")
_PHONE_NOISE = re.compile(r"[\s-]+")
_FLAGS = {
    **dict.fromkeys(("是", "1", "Y", "YES", "T", "TRUE", "√", "✓", "✔", "1-是", "Y-是"), "true"),
    **dict.fromkeys(("否", "0", "N", "NO", "F", "FALSE", "×", "✗", "✘", "0-否", "N-否"), "false"),
}
_GRADES = {str(i): str(i) for i in range(1, 10)}
for _i, _zh in enumerate("一二三四五六七八九", start=1):
    _names = [_zh, f"{_zh}年级", f"{_i}年级", f"{_i}年", f"小学{_zh}年级"]
    _names += [f"初{'一二三'[_i - 7]}", f"初{_i - 6}", f"初中{'一二三'[_i - 7]}年级"] if _i > 6 else []
    _GRADES |= dict.fromkeys(_names, str(_i))
_NAMED = r"(?:\s*[-_:]\s*|\s*)\D*"
_DISTRICT = re.compile(rf"(\d{{6}})(?:0{{6}})?(?:(?<=\d){_NAMED})?")
_TOWNSHIP = re.compile(rf"(\d{{9}})(?:000)?(?:(?<=\d){_NAMED})?")
_PROVINCE = re.compile(rf"(\d\d)(?:0{{4}}|0{{10}})?(?:(?<=\d){_NAMED})?")

Cleaner = Callable[[str], str]


def cleaner(column: Column) -> Cleaner:
    """The function that makes one value of this column canonical."""
    if column.kind == "code":
        find = code_list(column.codes).find
        return lambda value: find(free_text(value)) or free_text(value)
    return _CLEANERS.get(column.kind, free_text)


def canonical_pattern(column: Column) -> str | None:
    """RE2 pattern: values that match are canonical already and need no cleaner."""
    return _CANONICAL.get(column.kind)


def _or_as_it_came(read: Callable[[str], str | None]) -> Cleaner:
    def clean(value: str) -> str:
        text = plain(value)
        return read(text) or text

    return clean


def _flag(text: str) -> str | None:
    return _FLAGS.get(text.upper())


def _grade(text: str) -> str | None:
    return _GRADES.get(text.removesuffix(".0"))


def _count(text: str) -> str | None:
    found = _COUNT.fullmatch(text)
    return found.group(1).replace(",", "") if found else None


def _money(text: str) -> str | None:
    found = _MONEY.fullmatch(text.replace(" ", ""))
    if not found:
        return None
    sign, yuan, rest = found.groups()
    fen = int(yuan.replace(",", "")) * 100 + int((rest or "0").ljust(2, "0"))
    return f"{sign if fen else ''}{fen}"


def _phone(text: str) -> str | None:
    digits = _PHONE_NOISE.sub("", text)
    return digits if digits.isdigit() else None


def _area(pattern: re.Pattern[str]) -> Cleaner:
    def read(text: str) -> str | None:
        found = pattern.fullmatch(text)
        return found.group(1) if found else None

    return _or_as_it_came(read)


_CLEANERS: dict[str, Cleaner] = {
    "name": person_name,
    "id_number": identity_text,
    "roll_number": identity_text,
    "certificate_no": identity_text,
    "school_code": plain,
    "unit_code": plain,
    "secret": plain,
    "decimal": plain,
    "district_code": _area(_DISTRICT),
    "township_code": _area(_TOWNSHIP),
    "province_code": _area(_PROVINCE),
    "phone": _or_as_it_came(_phone),
    "flag": _or_as_it_came(_flag),
    "date": _or_as_it_came(to_date),
    "birth_date": _or_as_it_came(to_date),
    "month": _or_as_it_came(to_month),
    "school_year": _or_as_it_came(to_school_year),
    "term": _or_as_it_came(to_term),
    "timestamp": _or_as_it_came(to_timestamp),
    "count": _or_as_it_came(_count),
    "grade": _or_as_it_came(_grade),
    "money": _or_as_it_came(_money),
}
# Only for kinds of which a delivery has many different values; the others are cleaned value by value.
_CANONICAL = {
    "name": r"^\p{Han}*$",
    "id_number": r"^[0-9A-Z]*$",
    "roll_number": r"^[0-9A-Z]*$",
    "certificate_no": r"^[0-9A-Z]*$",
    "phone": r"^[0-9]*$",
    "school_code": r"^[0-9]*$",
    "unit_code": r"^[0-9]*$",
    "secret": r"^[0-9]*$",
    "text": r"^[0-9A-Za-z\p{Han}()_.-]*$",
}
