"""Two rows beside each other: what agrees, what does not, and in which well-known way they differ.

Words for the reviewer, not scores: how much each counts is the model's business (`rollcall review show`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from rollcall.contracts.codes import code_list
from rollcall.identity.lunar import written_as
from rollcall.identity.names import LOST, plain, sound

EQUAL, ALIKE, DIFFERS, MISSING = "equal", "alike", "differs", "missing"
STATES = {EQUAL: "一致 agrees", ALIKE: "相近 alike", DIFFERS: "不同 differs", MISSING: "缺 missing"}
# Signs in which two writings of one name differ, and nothing else.
_DOTS = str.maketrans("", "", " 　·‧•・．.")
ID_STATES = {
    "bad_check": "校验位不符 check digit fails",
    "cut": "被表格软件截断 cut by a spreadsheet",
    "fifteen": "15位旧号 old number of 15 digits",
    "missing": "无证件号 no number",
    "other_document": "其他证件 other document",
}
# What is compared: column of the register, Chinese, English.
FIELDS = (
    ("name", "姓名", "name"),
    ("former_name", "曾用名", "former name"),
    ("sex", "性别", "sex"),
    ("birth_on", "出生日期", "birth date"),
    ("id_number", "证件号", "ID number"),
    ("ethnicity", "民族", "ethnicity"),
    ("district_code", "户籍区县", "district"),
    ("township_code", "乡镇街道", "township"),
    ("guardian_name", "监护人", "guardian"),
    ("guardian_phone", "监护人电话", "guardian's phone"),
)
# What a roll calls the same; other feeds use the register's names.
_OF_ROLL = {"district_code": "hukou_district_code", "township_code": "residence_township_code"}


@dataclass(frozen=True)
class Comparison:
    """One field of the row in doubt and of the register's, as text ("" where a row has none). `state` is a key
    of STATES; `note` says in which way they differ, "" if in no way that is known.
    """

    field: str
    zh: str
    en: str
    subject: str
    child: str
    state: str
    note: str


def compare(subject: Mapping[str, object], child: Mapping[str, object]) -> list[Comparison]:
    """Field by field, the row in doubt beside the child's on the register, columns as history has them.

    <column>_name, where there is one, is the name to show for a place's code.
    """
    compared = []
    for field, zh, en in FIELDS:
        ours = _OF_ROLL[field] if _OF_ROLL.get(field) in subject else field
        mine, other = subject.get(ours), child.get(field)
        state, note = _names(subject, child) if field == "name" else _values(field, mine, other)
        if field == "id_number" and subject.get("id_number_state") in ID_STATES:
            note = "；".join(filter(None, [ID_STATES[str(subject["id_number_state"])], note]))
        compared.append(
            Comparison(field, zh, en, _shown(field, subject, ours), _shown(field, child, field), state, note)
        )
    return compared


def summary(compared: list[Comparison]) -> str:
    """What differs, in one line of Chinese without anybody's data: 姓名：同音；出生日期：不同."""
    told = [f"{c.zh}：{_chinese(c.note or STATES[c.state])}" for c in compared if c.state in (ALIKE, DIFFERS) or c.note]
    return "；".join(told) or "各项一致或缺"


def _values(field: str, mine: object, other: object) -> tuple[str, str]:
    if mine is None or other is None:
        return MISSING, ""
    if mine == other:
        return EQUAL, ""
    notes: dict[str, Callable] = {
        "birth_on": _birth_note,
        "id_number": _id_note,
        "former_name": _name_note,
        "guardian_name": _name_note,
    }
    note = notes[field](mine, other) if field in notes else ""
    return (ALIKE, note) if note else (DIFFERS, "")


def _names(subject: Mapping[str, object], child: Mapping[str, object]) -> tuple[str, str]:
    """The name, of which a former one of either side is another way of writing it."""
    state, note = _values("former_name", subject.get("name"), child.get("name"))
    if state in (EQUAL, MISSING):
        return state, note
    if subject.get("name") == child.get("former_name") or subject.get("former_name") == child.get("name"):
        return ALIKE, "与曾用名一致 equals the former name"
    return state, note


def _name_note(mine: str, other: str) -> str:
    """In which way two names may be one: dots, traditional characters, a lost one, sound; "" if in none."""
    if mine.translate(_DOTS) == other.translate(_DOTS):
        return "仅间隔号或空格不同 dots or blanks"
    a, b = plain(mine), plain(other)
    if a == b:
        return "繁简不同 traditional characters"
    if len(a) == len(b) and all(x == y or LOST in (x, y) for x, y in zip(a, b, strict=True)):
        return "有字缺失，其余一致 a character lost"
    if sound(a) == sound(b):
        return "同音 same sound"
    if len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1 and len(a) > 2:
        return "差一个字 one character"
    return ""


def _birth_note(mine: date, other: date) -> str:
    if mine == written_as(other) or other == written_as(mine):
        return "农历与公历 lunar and solar"
    if (mine.year, mine.month, mine.day) == (other.year, other.day, other.month):
        return "月日颠倒 month and day exchanged"
    parts = [mine.year != other.year, mine.month != other.month, mine.day != other.day]
    if sum(parts) == 1:
        return ("仅年不同 only the year", "仅月不同 only the month", "仅日不同 only the day")[parts.index(True)]
    return ""


def _id_note(mine: str, other: str) -> str:
    if len(mine) == 15 and len(other) == 18 and mine == other[:6] + other[8:17]:
        return "15位旧号与18位一致 the old form of it"
    if len(mine) != len(other):
        return ""
    places = [n for n, (x, y) in enumerate(zip(mine, other, strict=True)) if x != y]
    if len(places) == 1:
        return f"第{places[0] + 1}位不同 one digit"
    if len(places) == 2 and places[1] == places[0] + 1 and mine[places[0]] == other[places[1]]:
        return "相邻两位颠倒 two digits exchanged"
    if mine[:15] == other[:15]:
        return "前15位一致 first 15 digits agree"
    return ""


def _chinese(text: str) -> str:
    """Our notes are Chinese, a blank, English; several are joined by ；."""
    return "；".join(part.split(" ")[0] for part in text.split("；"))


def _shown(field: str, row: Mapping[str, object], column: str) -> str:
    value = row.get(f"{column}_name") or row.get(column)
    if value is not None and field in ("sex", "ethnicity"):
        value = code_list(field).codes.get(str(value), (value,))[0]
    return "" if value is None else str(value)
