"""The models of identity and the matching, as a publish runs them, without the rest of a publish."""

from datetime import date, datetime

from psycopg import Connection

from rollcall.identity.model import Model
from rollcall.publish.swap import candidate_of, prepare
from tests import compiled

DECIDED = ("int_list_reviews", "int_identify_pupils")


def build(
    conn: Connection,
    schema: str,
    as_of: date,
    known_at: datetime,
    with_model: Model,
    last: str | None,
    also: tuple[str, ...] = (),
) -> dict[str, float]:
    """Make the candidate of `schema` up to who each pupil is, and the models `also`; what the matching counted."""
    prepare(conn, schema)
    return compiled.build(conn, as_of, known_at, candidate_of(schema), with_model, last, (*DECIDED, *also))
