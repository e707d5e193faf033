"""Two simulated municipalities, made once: one kept in memory, one written to files."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rollcall.simulate.run import Simulated, simulate
from rollcall.simulate.world import World, make_world

START = date(2019, 9, 2)


class Written:
    """A municipality on disk: `inbox`, `truth`, and the truth's tables as lists of rows."""

    def __init__(self, root: Path, weeks: int, seed: int) -> None:
        self.inbox, self.truth = root / "inbox", root / "truth"
        self.result: Simulated = simulate(0.0005, START, weeks, seed, self.inbox, self.truth)

    def read(self, name: str) -> list[dict]:
        return pq.read_table(self.truth / f"{name}.parquet").to_pylist()


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(0.002, START, 4, 1)


@pytest.fixture(scope="session")
def written(tmp_path_factory) -> Written:
    return Written(tmp_path_factory.mktemp("municipality"), weeks=4, seed=1)
