"""The models of identity and the matching, as a publish runs them, without the rest of a publish."""

import json
from datetime import date, datetime

from psycopg import Connection

from rollcall.identity.keys import refresh
from rollcall.identity.match import match
from rollcall.identity.model import Model
from rollcall.publish.candidate import dbt_environment, dbt_options, first_half
from rollcall.publish.swap import candidate_of, prepare, work_of

DECIDED = ("int_list_reviews", "int_identify_pupils")


def build(
    conn: Connection, schema: str, as_of: date, known_at: datetime, with_model: Model, last: str | None
) -> dict[str, float]:
    """Make the candidate of `schema` up to who each pupil is; what the matching counted."""
    from dbt.cli.main import dbtRunner

    prepare(conn, schema)
    candidate = candidate_of(schema)
    literals = {"as_of": str(as_of), "known_at": known_at.isoformat(sep=" "), "model_version": with_model.version}
    with dbt_environment(candidate):
        options = dbt_options(candidate)
        runner = dbtRunner(manifest=dbtRunner().invoke(["parse", *options]).result)

        def run(*selection: str) -> None:
            done = runner.invoke(["run", *selection, "--vars", json.dumps(literals), *options])
            assert done.success, done.exception or [(r.node.name, r.message) for r in done.result.results]

        refresh(conn)
        run(*first_half()[:-2])
        counts = match(conn, work_of(candidate), with_model, last)
        run("--select", *(f"+{model}" for model in DECIDED), "--exclude", *first_half()[1:-2])
    return counts
