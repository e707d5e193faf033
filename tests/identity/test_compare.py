"""What the third tier says of two numbers."""

import pytest

from rollcall.identity.compare import COLUMNS
from rollcall.identity.model import model
from rollcall.identity.score import engine, score


def level(number: str, registered: str, corrected: str) -> str:
    """The level of a cut number beside a child's."""
    empty = dict.fromkeys(COLUMNS, "null::text")
    empty |= {"birth": "null::date", "meant": "null::date[]", "tf_name": "null::double"}
    person = empty | {"unique_id": "'p'", "number": f"'{number}'", "state": "'cut'"}
    child = empty | {"unique_id": "'c'", "number": f"'{registered}'", "corrected": f"'{corrected}'"}
    with engine() as con:
        for table, row in (("person", person), ("child", child)):
            columns = ", ".join(f"{value} as {name}" for name, value in row.items())
            con.execute(f"create table {table} as select {columns}")
        con.execute("create table pair as select 'p' as person, 'c' as child")
        score(con, model(), 2)
        return con.execute("select number_level from scored").fetchone()[0]


@pytest.mark.parametrize(
    ("registered", "corrected", "found"),
    [
        ("50090118100107101X", "", "cut"),
        ("500901181112131015", "", "far"),
        ("500901181112131015", "500901181001071 500901181112131", "cut"),
        ("500901181112131015", "500901181001072 500901181112131", "far"),
    ],
    ids=["the_child_s", "another", "the_child_s_former", "another_former"],
)
def test_a_cut_number_is_read_against_former_numbers_too(registered, corrected, found):
    assert level("500901181001071000", registered, corrected) == found
