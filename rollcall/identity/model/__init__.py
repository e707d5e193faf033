"""The matching model: one file per version, whole: weights, thresholds, guards, what it was trained on."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# The version in use. A new file alone changes nothing; naming it here, or in ROLLCALL_MODEL, adopts it.
CURRENT = "id-2"


@dataclass(frozen=True)
class Thresholds:
    """Match weights, in bits.

    `link`: at least this links, if no guard forbids it; `review`: at least this goes to people; `margin`: by how much
    the likeliest child must be ahead of the next; `shown`: how many children a person may be put beside in review.
    """

    link: float
    margin: float
    review: float
    shown: int


@dataclass(frozen=True)
class Model:
    """`parameters`: comparison -> level -> [m, u]; `same_names`: levels of the name that leave no doubt of a
    sibling; `near_names`: levels that do for a child who is no twin."""

    version: str
    thresholds: Thresholds
    same_names: tuple[str, ...]
    near_names: tuple[str, ...]
    parameters: dict[str, dict[str, list[float]]]
    trained_on: dict[str, Any]


def model(version: str = "") -> Model:
    """The model of that version, by default the one in use. FileNotFoundError if there is no such file."""
    import os

    return read(HERE / f"{version or os.environ.get('ROLLCALL_MODEL') or CURRENT}.json")


@lru_cache(maxsize=8)
def read(path: Path) -> Model:
    """The model of a file."""
    found = json.loads(path.read_text("utf-8"))
    return Model(
        found["version"],
        Thresholds(**found["thresholds"]),
        tuple(found["same_names"]),
        tuple(found["near_names"]),
        found["parameters"],
        found["trained_on"],
    )
