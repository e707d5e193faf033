"""From bytes to UTF-8: BOM, then strict UTF-8, then strict GB18030. No sniffing, no replacement characters.

GB18030 contains GBK and GB2312; the codec named gb2312 is not used because it reads A1A4 as another
character.
"""

import codecs

from rollcall.ingest.read.reading import refuse

_CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def to_utf8(data: bytes) -> tuple[bytes, str]:
    """The text as UTF-8 without BOM, and the encoding it came in. Raises ReadRefused(encoding_unreadable)."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                text = _recode(data[len(bom) :], encoding)
            except UnicodeError as error:
                raise _unreadable(data, _position(error) + len(bom)) from error
            return _without_nul(text), f"{encoding}-bom"
    failures = []
    for encoding in ("utf-8", "gb18030"):
        try:
            return _without_nul(_recode(data, encoding)), encoding
        except UnicodeError as error:
            failures.append(_position(error))
    raise _unreadable(data, max(failures))


def broken_utf8(data: bytes) -> None:
    """Refuse as damaged UTF-8 what was read as GB18030 in vain, if its first Chinese line is sound UTF-8."""
    line = next((line for line in data.splitlines() if not line.isascii()), b"")
    try:
        line.decode("utf-8")
    except UnicodeError:
        return
    try:
        data.decode("utf-8")
    except UnicodeError as error:
        raise _unreadable(data, _position(error)) from error


def _recode(data: bytes, encoding: str) -> bytes:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    parts = []
    view = memoryview(data)
    try:
        for start in range(0, len(data), _CHUNK):
            chunk = view[start : start + _CHUNK]
            text = decoder.decode(bytes(chunk), final=start + _CHUNK >= len(data))
            # GB18030 has codes for lone surrogates; they are no characters, and encoding them fails here.
            parts.append(text.encode("utf-8"))
    except UnicodeDecodeError:
        data.decode(encoding)  # fails again, now with the position counted from the start of the file
        raise
    if encoding == "utf-8":
        return data
    return b"".join(parts)


def _position(error: UnicodeError) -> int:
    return error.start if isinstance(error, UnicodeDecodeError) else 0


def _without_nul(text: bytes) -> bytes:
    if b"\x00" in text:
        raise _unreadable(text, text.index(b"\x00"))
    return text


def _unreadable(data: bytes, position: int):
    return refuse("encoding_unreadable", line=data.count(b"\n", 0, position) + 1, found=f"byte {position}")
