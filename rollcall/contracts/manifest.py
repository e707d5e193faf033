"""The manifest a sender may lay beside a file: what it can say, how it is read, and what that is for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

# Of the manifest's name, after the whole name of the file.
SUFFIX = ".manifest.json"
# So long must a file lie still that nothing proves whole.
SETTLE_SECONDS = 60
# Names that copying programs give to a file until it is there.
PARTIAL = (".part", ".tmp", ".partial", ".filepart", ".crdownload")


# What reading a manifest may raise that does not say what it must.
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


@dataclass(frozen=True)
class Field:
    """One field of the manifest; `read` makes its value of what JSON holds and raises ValueError or TypeError."""

    name: str
    read: Callable[[Any], Any]
    is_required: bool
    example: str
    zh: str
    en: str


def _text(value: Any) -> str:
    # What is recorded must fit into jsonb.
    if not (isinstance(value, str) and value.isascii() and value.isprintable()):
        raise TypeError("not a plain text")
    return value


def _hash(value: Any) -> str:
    return _text(value).lower()


def _whole(value: Any) -> int:
    if not str(value).isdecimal():
        raise ValueError("not a whole number")
    return int(value)


def _count(value: Any) -> int:
    if _whole(value) >= 2**31:
        raise ValueError("too large")
    return int(value)


# fmt: off
FIELDS = (
    Field("business_date", date.fromisoformat, True, '"2019-09-02"',
          "数据所属的业务日期", "The day that the data are of"),
    Field("feed", _text, False, '"roll"',
          "数据名；如填写，须与所在文件夹一致", "The feed; where given, it must be that of the folder"),
    Field("sender", _text, False, '"500101"',
          "报送方；如填写，须与所在文件夹一致", "The sender; where given, it must be that of the folder"),
    Field("revision", _count, False, "2",
          "版次，更正时加一；不填为 1，版次最高的有效",
          "Which version, one more for a correction; 1 if not given; the highest is in force"),
    Field("n_rows", _count, False, "812",
          "数据行数（不含表头、说明和合计）；与文件不符则退回整份",
          "Rows of data, without header, instructions and totals; if the file has others it is refused"),
    Field("n_bytes", _whole, False, "90211",
          "文件字节数；不符视为尚未传完", "Bytes of the file; until they agree it is still arriving"),
    Field("sha256", _hash, False, '"9f86d0…"',
          "文件的 SHA-256（64 位十六进制，大小写均可）；不符视为尚未传完",
          "SHA-256 of the file in 64 hexadecimal digits of either case; until it agrees the file is still arriving"),
    Field("received_at", _text, False, '"2019-09-02T16:05:00+08:00"',
          "只用于模拟数据；正式运行以实际收到的时刻为准",
          "For simulated senders only; in production the time at which the file is taken counts"),
)
# fmt: on


def given(told: dict) -> dict[str, Any]:
    """The known fields that are filled in, as they came; nothing else a sender writes there is kept."""
    return {field.name: told[field.name] for field in FIELDS if told.get(field.name) not in (None, "")}


def fields(told: dict) -> dict[str, Any]:
    """Every field's value, None where it is not given. Raises one of UNREADABLE."""
    found = given(told)
    for field in FIELDS:
        if field.name in found:
            found[field.name] = field.read(found[field.name])
        elif field.is_required:
            raise KeyError(field.name)
    return {field.name: None for field in FIELDS} | found
