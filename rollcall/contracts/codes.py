"""The shared code lists and every spelling of a code that a sender may use."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rollcall.contracts.place import contracts_dir
from rollcall.contracts.yaml_file import read_yaml

_BLANK = re.compile(r"[\s\u200b\ufeff]+")
_DASH = re.compile(r"[‐‑‒–—―−]")
_JOINTS = ("", "-", "_", ":", ".", "、", "/")


@dataclass(frozen=True)
class CodeList:
    """One list: `codes` maps a code to (Chinese, English name), `lookup` a spelling in normal form to a code.

    Accepted spellings: the code, the Chinese name, an alias, code and name together (1-男, 1－男, 1 男).
    English names are for readers of documents and are not accepted.
    """

    name: str
    source: str
    codes: dict[str, tuple[str, str]]
    lookup: dict[str, str]

    def find(self, value: str | None) -> str | None:
        """The code that a cell's text stands for, or None when it is blank or unknown."""
        if value is None:
            return None
        return self.lookup.get(value) or self.lookup.get(normal(value))


def normal(value: str) -> str:
    """The form in which spellings are compared: NFKC, no blanks, plain dashes, lower-case Latin letters."""
    return _DASH.sub("-", _BLANK.sub("", unicodedata.normalize("NFKC", value))).casefold()


def code_lists() -> dict[str, CodeList]:
    """Every code list by name."""
    return dict(_load(contracts_dir() / "codes.yaml"))


def code_list(name: str) -> CodeList:
    """One code list; KeyError when there is none of that name."""
    found = _load(contracts_dir() / "codes.yaml")
    if name not in found:
        raise KeyError(f"no code list {name}; lists are {', '.join(found)}")
    return found[name]


@lru_cache(maxsize=8)
def _load(path: Path) -> dict[str, CodeList]:
    return {name: _code_list(name, body) for name, body in read_yaml(path).items()}


def _code_list(name: str, body: dict) -> CodeList:
    codes = {code: (entry["zh"], entry["en"]) for code, entry in body["codes"].items()}
    lookup: dict[str, str] = {}
    for code, entry in body["codes"].items():
        names = [entry["zh"], *entry.get("aliases", ())]
        spellings = {code, *names, *(f"{code}{joint}{name}" for joint in _JOINTS for name in names)}
        for spelling in sorted(normal(spelling) for spelling in spellings):
            if lookup.setdefault(spelling, code) != code:
                raise ValueError(f"code list {name}: {spelling} is both {lookup[spelling]} and {code}")
    return CodeList(name=name, source=body["source"], codes=codes, lookup=lookup)
