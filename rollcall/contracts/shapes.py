r"""The shape of each kind's canonical text, in regular expressions that PostgreSQL and Python read alike.

Written to be quick: PostgreSQL builds its matcher anew for every value and pays for each state it passes, so
`^[0-9]+$` with a length beside it costs a quarter of `^[0-9]{10}$`. `[0-9]`, never `\d`: it may admit more.
"""

from dataclasses import dataclass

DAY_LIKE = "____-__-__"
TIME_LIKE = "____-__-__ __:__:__"
ID_NUMBER = "^[0-9]{17}[0-9X]$"
# 18 digits as a spreadsheet or a program shows them, 5.00908E+17, 5.00908E17 or 5.00908 E+17; or saved with all
# but the first 15 lost. Two digits of exponent: class 7E1 is a class.
EXPONENT = "^[0-9]{1,3}(?:[.,][0-9]+)? *[Ee] *[+]? *[0-9]{2}$"
CUT_ID_NUMBER = "^[0-9]{12,15}000$"
CUT_CERTIFICATE = "^[0-9]{15,17}000$"
CUT_SECRET = "^[0-9]{15}0000?$"
YEARS = "^[0-9]{4}-[0-9]{4}"


@dataclass(frozen=True)
class Shape:
    """`regex`: what a well-formed value matches; `lengths`: its least and greatest number of characters."""

    rule: str
    regex: str
    lengths: tuple[int, int] | None = None


SHAPES: dict[str, Shape] = {
    "roll_number": Shape("roll_number_shape", "^[GLJ][0-9A-Z]+$", (19, 19)),
    "school_code": Shape("school_code_shape", "^[0-9]+$", (10, 10)),
    "district_code": Shape("area_code_shape", "^[1-8][0-9]+$", (6, 6)),
    "township_code": Shape("area_code_shape", "^[1-8][0-9]+$", (9, 9)),
    "province_code": Shape("area_code_shape", "^[1-8][0-9]$"),
    "certificate_no": Shape("certificate_shape", "^[0-9]{17}[0-9X][1-7][1-4](?:B[0-9]+)?$", (20, 22)),
    "phone": Shape("phone_shape", "^[0-9]+$", (7, 12)),
    "name": Shape("name_odd", r"^[^0-9?\ufffd]+$"),
    "month": Shape("date_unreadable", "^(?:19|20)[0-9][0-9]-(?:0[1-9]|1[0-2])$"),
    "school_year": Shape("date_unreadable", "^(?:19|20)[0-9][0-9]-(?:19|20)[0-9][0-9]$"),
    "term": Shape("date_unreadable", "^(?:19|20)[0-9][0-9]-(?:19|20)[0-9][0-9]-[12]$"),
    "grade": Shape("number_unreadable", "^[1-9]$"),
    "count": Shape("number_unreadable", "^[0-9]+$", (1, 7)),
    "decimal": Shape("number_unreadable", r"^-?[0-9]+(?:\.[0-9]+)?$", (1, 12)),
    "money": Shape("number_unreadable", "^-?[0-9]+$", (1, 13)),
}

# Years of age on the business date, from the youngest child of any register to the oldest pupil still on a roll.
AGES = (2, 22)
EARLIEST_EVENT = "2000-01-01"
