"""What every kind of value shares: the edges that spreadsheets and web forms leave around a text."""

import re

_EDGE = " \t\r\n\v\f\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"
_WIDE = {**{0xFF10 + i: 0x30 + i for i in range(10)}, **{0xFF21 + i: 0x41 + i for i in range(26)}}
_WIDE |= {0xFF41 + i: 0x61 + i for i in range(26)}
# Signs that occur within numbers, dates and codes.
_SIGNS = {
    0xFF0D: "-",
    0x2010: "-",
    0x2011: "-",
    0x2012: "-",
    0x2013: "-",
    0x2014: "-",
    0x2212: "-",
    0xFF0E: ".",
}
_SIGNS |= {
    0xFF0F: "/",
    0xFF1A: ":",
    0xFF0C: ",",
    0xFF0B: "+",
    0xFF08: "(",
    0xFF09: ")",
    0x3000: " ",
    0x00A0: " ",
}
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_IDEOGRAPH = "[\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff]"
_INNER_BLANK = re.compile(f"(?<={_IDEOGRAPH})\\s+(?={_IDEOGRAPH})")
_DOT = re.compile(r"\s*[·‧•・．･∙⋅]\s*")


def trimmed(value: str) -> str:
    """Without blanks and invisible characters at the edges, nor the ' or ` that marks a cell as text."""
    value = value.strip(_EDGE)
    while value[:1] in ("'", "`", "\u2018", "\u2019") and value:
        value = value[1:].strip(_EDGE)
    return value


def free_text(value: str) -> str:
    """Trimmed, full-width digits and letters made half-width."""
    return trimmed(value).translate(_WIDE)


def plain(value: str) -> str:
    """`free_text` with the signs of numbers and dates made half-width too; no invisible characters inside."""
    return trimmed(_INVISIBLE.sub("", value).translate(_WIDE).translate(_SIGNS))


def person_name(value: str) -> str:
    """A name: no blanks between Chinese characters, one kind of middle dot. Private-use characters stay."""
    return _DOT.sub("·", _INNER_BLANK.sub("", _INVISIBLE.sub("", free_text(value))))


def identity_text(value: str) -> str:
    """A document, roll or certificate number: half-width, upper case, and the sign × for X."""
    return plain(value).replace("×", "X").upper()
