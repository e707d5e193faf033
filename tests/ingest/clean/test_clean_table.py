"""A whole delivery cleaned: columns, companions, keys and states."""

import hmac

import pyarrow as pa
import pytest

from rollcall.contracts import contract
from rollcall.ingest.clean import clean_table
from rollcall.ingest.clean.identity import states

KEY = bytes(range(32))


def raw(feed: str, **columns: list[str | None]) -> pa.Table:
    n = len(next(iter(columns.values())))
    found = {"line": pa.array(range(2, n + 2), pa.int32())}
    found |= {
        column.name: pa.array(columns.get(column.name, [""] * n), pa.string()) for column in contract(feed).columns
    }
    return pa.table(found)


def uuid_of(message: str, key: bytes = KEY) -> str:
    return hmac.digest(key, message.encode(), "sha256")[:16].hex()


def test_columns_and_companions() -> None:
    feed = contract("roll")
    found = clean_table(raw("roll", name=["张 三", "李四", " "]), feed, KEY)
    assert found.column_names == [
        "line",
        *(c.name for c in feed.columns),
        *(name for name, _ in feed.companions),
    ]
    assert found["name"].to_pylist() == ["张三", "李四", None]
    assert found["grade"].to_pylist() == [None] * 3
    assert all(field.type == pa.string() for field in found.schema if field.name != "line")


@pytest.mark.parametrize("key", [KEY, b"k" * 100])
def test_keys_are_the_hmac_of_the_canonical_value(key: bytes) -> None:
    found = clean_table(
        raw("aid_payment", id_number=["50092220130101127x", "", "1"], account_hash=["6200 ", None, "62"]),
        contract("aid_payment"),
        key,
    )
    assert found["id_number_key"].to_pylist() == [
        uuid_of("id_number:50092220130101127X", key),
        None,
        uuid_of("id_number:1", key),
    ]
    assert found["account_hash"].to_pylist() == [uuid_of("secret:6200", key), None, uuid_of("secret:62", key)]
    assert found["roll_number_key"].null_count == 3


@pytest.mark.parametrize(
    "shown",
    ["6.22848E+18", "6.22848e18", "6.22848 E+18", "６.２２８４８Ｅ＋１８", "622848000000012000", "6228480000000120000"],
)
def test_a_destroyed_number_never_becomes_a_key(shown: str) -> None:
    found = clean_table(
        raw("aid_payment", account_hash=[shown, shown, "6228480000000120001"]), contract("aid_payment"), KEY
    )["account_hash"].to_pylist()
    assert uuid_of(f"secret:{shown}") not in found and len(found[0]) < 32
    assert found[2] == uuid_of("secret:6228480000000120001")


STATES = {
    "500920201310051238": "valid",
    "500912200906061280": "valid",
    "50092220130101127X": "valid",
    "500920201310051239": "bad_check",
    "500920201302301233": "bad_check",
    "50090820100305123": "bad_check",
    "500908201003051000": "cut",
    "5.00908201003051E+17": "cut",
    "5.00908E17": "cut",
    "5.00908 E+17": "cut",
    "5,00908E+17": "cut",
    "123E4567": "other_document",
    "500908100305123": "fifteen",
    "": "missing",
    "E12345678": "other_document",
}


def test_states() -> None:
    values = pa.array([value or None for value in STATES], pa.string())
    assert states(values, None).to_pylist() == list(STATES.values())


def test_kind_of_document_decides() -> None:
    found = clean_table(
        raw("roll", id_number=["500920201310051238"] * 4, id_type=["1-居民身份证", "护照", "", "Z"]),
        contract("roll"),
        KEY,
    )
    assert found["id_number_state"].to_pylist() == ["valid", "other_document", "valid", "other_document"]


def test_nothing_to_clean() -> None:
    for feed in ("roll", "absence"):
        found = clean_table(raw(feed, name=[], roll_number=[]), contract(feed), KEY)
        assert found.num_rows == 0 and found.num_columns == 1 + len(contract(feed).columns) + len(
            contract(feed).companions
        )


def test_sliced_and_chunked_input() -> None:
    table = raw("population", id_number=["500920201310051238", " 50092220130101127x", ""] * 2, name=["甲 乙"] * 6)
    pieces = pa.concat_tables([table.slice(0, 1), table.slice(1, 4), table.slice(5)])
    feed = contract("population")
    assert clean_table(pieces, feed, KEY).equals(clean_table(table, feed, KEY))
    assert clean_table(table.slice(2), feed, KEY).to_pylist() == clean_table(table, feed, KEY).slice(2).to_pylist()
