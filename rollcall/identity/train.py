"""Train the next version of the matching model: weights without labels, by expectation maximisation."""

import duckdb

from rollcall.identity.compare import COLUMNS, LEVELS
from rollcall.identity.score import CHILDREN, PEOPLE, description

SAMPLED_PAIRS = 2e7
# Two slips in a hundred thousand: what a level gets that no pair of the sample reached.
FLOOR = 1e-5
# Pairs drawn at random never agree in their numbers, so that the share of chance agreement is given: far above what
# a register of this size shows (strangers' and siblings' numbers, some five hundred in ten million million pairs).
BY_CHANCE = {"exact": 1e-7, "near": 1e-6, "cut": 1e-6}


def train(con: duckdb.DuckDBPyConnection, sampled_pairs: float = SAMPLED_PAIRS, seed: int = 1) -> dict:
    """Parameters (comparison -> level -> [m, u]) from tables `person` and `child`, as compare.COLUMNS has them.

    u from pairs drawn at random; m from pairs of an equal number (name, birth, sex, place), and from pairs of an
    equal name and birth date (number). Households score nothing, so they are not trained. The same tables give the
    same parameters.
    """
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    columns = ", ".join(COLUMNS)
    for table, source in ((PEOPLE, "person"), (CHILDREN, "child")):
        con.execute(f"create or replace table {table} as select {columns} from {source}")
    ((n_children,),) = con.execute("select count(*) from child").fetchall()
    database = DuckDBAPI(con)
    tables = [database.register(name, dataset_display_name=name) for name in (PEOPLE, CHILDREN)]
    linker = Linker(tables, description({}, n_children))
    linker.training.estimate_u_using_random_sampling(max_pairs=sampled_pairs, seed=seed, min_count_per_level=None)
    for rule in ("l.number = r.number", "l.name = r.name and l.birth = r.birth"):
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True, max_pairs=sampled_pairs
        )
    found = {c.output_column_name: c.comparison_levels for c in linker._settings_obj.comparisons}
    parameters = {
        name: {
            label: [
                _known(level.m_probability, level._has_estimated_m_values),
                _known(level.u_probability, level._has_estimated_u_values),
            ]
            for (label, _), level in zip(levels, [one for one in found[name] if not one.is_null_level], strict=True)
        }
        for name, levels in LEVELS.items()
    }
    for label, share in BY_CHANCE.items():
        parameters["number"][label][1] = share
    return parameters


def _known(share: float | str | None, is_estimated: bool) -> float:
    """The share; for a level that no pair reached, which Splink gives a default or a word, the floor."""
    return max(FLOOR / 10, float(share)) if is_estimated and isinstance(share, int | float) else FLOOR
