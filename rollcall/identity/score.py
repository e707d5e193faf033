"""Score pairs: which children a person may be, and how likely each is. Splink does the arithmetic, on DuckDB."""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from rollcall.identity.compare import BLOCKING, COLUMNS, LEVELS, LISTS, comparisons, level_name
from rollcall.identity.model import Model
from rollcall.telemetry import switch_off
from rollcall.warehouse.settings import settings

MEMORY = "2GB"
PEOPLE, CHILDREN = "a_person", "b_child"


@contextmanager
def engine(memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of bounded memory that spills into the vault and leaves nothing behind."""
    switch_off()
    place = settings().home / "spill" / f"identity-{os.getpid()}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, mode=0o700)
    options = {"memory_limit": memory, "temp_directory": str(place), "threads": os.cpu_count() or 1}
    con = duckdb.connect(str(place / "work.duckdb"), config=options)
    con.execute("set enable_progress_bar = false")
    try:
        yield con
    finally:
        con.close()
        shutil.rmtree(place, ignore_errors=True)


def block(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `pair` (person, child) of every two in tables `person` and `child` that are to be compared."""
    con.execute(f"create or replace table pair as {comparable('person', 'child')}")


def comparable(people: str, children: str) -> str:
    """Query of the pairs (person, child) of two tables that are equal in one of the keys of compare.BLOCKING.

    The tables have compare.COLUMNS; people also `neighbours`, keys of numbers near their own, children `number_key`.
    """
    return " union ".join(
        f"select l.unique_id as person, r.unique_id as child from {_spread(people, rule)} as l "
        f"join {children} as r on {' and '.join(f'l.{mine} = r.{theirs}' for mine, theirs in rule.items())}"
        for rule in BLOCKING
    )


def _spread(people: str, rule: dict[str, str]) -> str:
    several = ", ".join(f"unnest({column}) as {column}" for column in rule if column in LISTS)
    return f"(select * replace ({several}) from {people})" if several else people


def score(con: duckdb.DuckDBPyConnection, model: Model, n_children: int) -> None:
    """Make table `scored` (person, child, weight in bits, <comparison>_level ...) of the pairs of table `pair`.

    `n_children`: size of the register of which a person is one child at random, if nothing agrees.
    """
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    columns = ", ".join(COLUMNS)
    con.execute(f"create or replace table {PEOPLE} as select {columns} from person")
    con.execute(
        f"""create or replace table {CHILDREN} as select {columns} from child
        where unique_id in (select child from pair)"""
    )
    con.execute(
        f"""create or replace table blocked as select '0' as match_key,
            '{PEOPLE}-__-' || person as join_key_l, '{CHILDREN}-__-' || child as join_key_r from pair"""
    )
    database = DuckDBAPI(con)
    tables = [database.register(name, dataset_display_name=name) for name in (PEOPLE, CHILDREN)]
    linker = Linker(tables, description(model.parameters, n_children))
    logging.getLogger("splink").setLevel(logging.ERROR)  # a Linker begins by turning it on
    linker.table_management.register_blocked_pairs_for_predict(database.register("blocked"))
    found = linker.inference.predict(warning_mode="never").physical_name
    levels = ", ".join(level_name(name) for name in LEVELS)
    con.execute(
        f"""create or replace table scored as
        select unique_id_l as person, unique_id_r as child, match_weight as weight, {levels} from {found}"""
    )


def description(parameters: dict, n_children: int) -> dict:
    """Splink's description of the model."""
    return {
        "link_type": "link_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": 1 / max(2, n_children),
        "comparisons": comparisons(parameters),
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": True,  # with them come the levels found
        "retain_intermediate_calculation_columns": False,
    }
