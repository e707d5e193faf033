"""What decides whether a pair is taken over from the last publish: everything that matching reads."""

import re
from dataclasses import replace

import pytest

from rollcall.identity import rows
from rollcall.identity.kept import made_by
from rollcall.identity.model import model
from rollcall.warehouse.settings import settings

MODEL = settings().repo / "dbt_project/models/intermediate/identity/int_key_children.sql"


def test_a_childs_hash_covers_all_that_is_read_of_it():
    selected, hashed = re.search(
        r".*\nselect\n(.*)hash_record_extended\(\s*row\((.*?)\n\s*\), 0", MODEL.read_text("utf-8"), re.S
    ).groups()
    items = [item.strip() for item in re.sub(r"--.*", "", selected).split(",")]
    expressions = {re.split(r" as |\.", item)[-1]: item.split(" as ")[0] for item in items if item}
    covered = {item.strip() for item in hashed.split(",")}
    read = set(re.findall(r"\bc\.(\w+)", rows.CHILDREN))
    assert read >= {"child_key", "plain", "former_plain", "is_twin"}
    assert {column for column in read if expressions[column] not in covered} == set()


@pytest.mark.parametrize(
    "other",
    [
        replace(model(), version="another"),
        replace(model(), thresholds=replace(model().thresholds, review=1.0)),
        replace(model(), parameters=model().parameters | {"sex": {"equal": [0.9, 0.5], "different": [0.1, 0.5]}}),
    ],
)
def test_another_model_keeps_nothing(other):
    assert made_by(other, 100) != made_by(model(), 100)


def test_another_size_of_the_register_keeps_nothing():
    assert made_by(model(), 101) != made_by(model(), 100)
