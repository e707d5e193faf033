"""Train the next version of the matching model: weights without labels, by expectation maximisation."""

import json
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import duckdb
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.identity.compare import COLUMNS, LEVELS
from rollcall.identity.match import PAIR_COLUMNS, ensure_term_frequencies
from rollcall.identity.model import HERE, Model, model
from rollcall.identity.rows import fetch, load
from rollcall.identity.score import CHILDREN, PEOPLE, description, engine

SAMPLED_PAIRS = 2e7
# Two slips in a hundred thousand: what a level gets that no pair of the sample reached.
FLOOR = 1e-5
# Pairs drawn at random never agree in their numbers, so that the share of chance agreement is given: far above what
# a register of this size shows (strangers' and siblings' numbers, some five hundred in ten million million pairs).
BY_CHANCE = {"exact": 1e-7, "near": 1e-6, "cut": 1e-6}


def train(con: duckdb.DuckDBPyConnection, sampled_pairs: float = SAMPLED_PAIRS, seed: int = 1) -> dict:
    """Parameters (comparison -> level -> [m, u]) from tables `person` and `child`, as COLUMNS has them.

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


# Every pupil with what matching compares, not only those in doubt: the model learns from the easy ones.
_EVERYBODY = """
select p.pupil_key::text as unique_id, k.plain as name, substr(k.plain, length(k.surname) + 1) as given, k.surname,
    k.sound, f.plain as former, r.sex, r.birth_on as birth, extract(year from r.birth_on)::integer as year,
    (select array_agg(l.meant_on) from identity.lunar_day as l where l.written_on = r.birth_on) as meant,
    r.id_number as number, r.id_number_state as state, null::text as corrected, r.hukou_district_code as area,
    r.residence_township_code as place, null::text as phone, null::text as guardian, null::text as claimed,
    null::double precision as tf_name
from {work}.int_link_by_number as p
join {work}.stg_school__roll as r
    on p.pupil_key = r.pupil_key and p.row_hash = r.row_hash and p.valid_from = r.valid_from
left join identity.name_key as k on r.name = k.name
left join identity.name_key as f on r.former_name = f.name
"""


def train_next(conn: Connection, version: str, work_schema: str = "marts_work") -> tuple[Path, dict[str, int]]:
    """Write the file of a new version, trained on what is published, and count which decisions would change.

    Thresholds and guards are those of the version in use: people set them. The new version is not adopted: that is
    naming it in rollcall.identity.model. Counts: "<decision> -> <decision>" of pairs, 0 shown as absent. Raises
    FileExistsError when the version exists.
    """
    from rollcall.identity.reconcile import decisions

    path = HERE / f"{version}.json"
    if path.exists():
        raise FileExistsError(17, "this version of the model exists already; name another", str(path))
    used = model()
    n_children = ensure_term_frequencies(conn, work_schema, used.version)
    with engine() as con:
        fetch(con, conn, work_schema, used.version, n_children)
        everybody(con, conn, work_schema)
        ((n_pupils,),) = con.execute("select count(*) from person").fetchall()
        parameters = train(con)
    trained = replace(used, version=version, parameters=parameters,
                      trained_on={"n_pupils": n_pupils, "n_children": n_children})  # fmt: skip
    path.write_text(as_text(trained), "utf-8")
    at = PAIR_COLUMNS.index("decision")
    before = {pair[:2]: pair[at] for pair in decisions(conn, work_schema, used)}
    after = {pair[:2]: pair[at] for pair in decisions(conn, work_schema, trained)}
    moved = Counter(
        f"{before.get(pair, 'none')} -> {after.get(pair, 'none')}"
        for pair in before.keys() | after.keys()
        if before.get(pair, "none") != after.get(pair, "none")
    )
    return path, dict(sorted(moved.items()))


def everybody(con: duckdb.DuckDBPyConnection, conn: Connection, work_schema: str) -> None:
    """Make table `person` of all pupils of a work schema."""
    load(con, conn, "person", SQL(_EVERYBODY).format(work=Identifier(work_schema)))


def as_text(trained: Model) -> str:
    """The file of a model, one comparison a line, shares to four digits."""
    rounded = {
        name: {label: [float(f"{share:.4g}") for share in shares] for label, shares in levels.items()}
        for name, levels in trained.parameters.items()
    }
    lines = ",\n".join(f'    "{name}": {json.dumps(levels)}' for name, levels in rounded.items())
    head = {
        "version": trained.version,
        "thresholds": asdict(trained.thresholds),
        "same_names": trained.same_names,
        "near_names": trained.near_names,
    }
    told = "".join(f'  "{name}": {json.dumps(value)},\n' for name, value in head.items())
    return f'{{\n{told}  "parameters": {{\n{lines}\n  }},\n  "trained_on": {json.dumps(trained.trained_on)}\n}}\n'
