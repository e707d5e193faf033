"""Write what a publish concluded about identity into `identity`, as differences to what was believed."""

from datetime import date, datetime
from typing import NamedTuple

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.identity.model import model


class Recorded(NamedTuple):
    """How many links and open reviews were added and retired."""

    links_added: int
    links_retired: int
    reviews_added: int
    reviews_retired: int


# A belief that is retired by a publish of an earlier moment still has to have held for some time.
_ENDS = "greatest(%(known_at)s, {}.known_from + interval '1 microsecond')"

_RETIRE_LINKS = (
    """
update identity.link as l
set known_to = """
    + _ENDS.format("l")
    + """
where l.known_to = 'infinity'
    and not exists (
        select from {concluded} as c
        where c.is_linked and c.pupil_key = l.pupil_key and c.child_key = l.child_key
            and c.method = l.method and l.model_version = %(model_version)s
    )
"""
)

_ADD_LINKS = """
insert into identity.link
    (pupil_key, child_key, method, weight, model_version, valid_from, known_from)
select c.pupil_key, c.child_key, c.method, c.weight, %(model_version)s, c.evidence_from, %(known_at)s
from {concluded} as c
where c.is_linked
    and not exists (
        select from identity.link as l
        where l.known_to = 'infinity' and l.pupil_key = c.pupil_key and l.child_key = c.child_key
    )
order by c.pupil_key
"""

# A verdict that a person gave stays: dbt applies it while its evidence is the same. Only undecided doubts vanish with
# their cause.
_RETIRE_REVIEWS = (
    """
update identity.review as r
set known_to = """
    + _ENDS.format("r")
    + """
where r.known_to = 'infinity' and r.verdict is null
    and not exists (
        select from {reviews} as c
        where c.person_key = r.pupil_key and c.child_key = r.child_key and c.evidence_hash = r.evidence_hash
    )
"""
)

# Except that the pair is in doubt again although the evidence is the same: a later verdict, on other evidence, said the
# contrary. dbt goes on reading both.
_RETIRE_CONTRADICTED = (
    """
update identity.review as r
set known_to = """
    + _ENDS.format("r")
    + """
from {reviews} as c
where r.known_to = 'infinity' and r.verdict is not null
    and c.person_key = r.pupil_key and c.child_key = r.child_key and c.evidence_hash = r.evidence_hash
    and r.decided_at <= %(known_at)s
"""
)

# The rows that a reviewer is shown are those of today, and so is what the model says of them.
_REFRESH_REVIEWS = """
update identity.review as r
set reason = c.reason, weight = c.weight, margin = c.margin, rank = c.rank, agrees = c.agrees, differs = c.differs,
    unit_code = c.unit_code, subject_sender = c.subject_sender, subject_row_hash = c.subject_row_hash,
    child_sender = c.child_sender, child_row_hash = c.child_row_hash, model_version = %(model_version)s
from {reviews} as c
where r.known_to = 'infinity' and r.verdict is null
    and c.person_key = r.pupil_key and c.child_key = r.child_key and c.evidence_hash = r.evidence_hash
    and (r.reason, r.weight, r.rank, r.subject_row_hash, r.child_row_hash, r.model_version)
        is distinct from (c.reason, c.weight, c.rank, c.subject_row_hash, c.child_row_hash, %(model_version)s)
"""

_ADD_REVIEWS = """
insert into identity.review
    (pupil_key, child_key, reason, weight, model_version, evidence_hash, valid_from, known_from, subject, unit_code,
    subject_sender, subject_row_hash, child_sender, child_row_hash, rank, margin, agrees, differs)
select c.person_key, c.child_key, c.reason, c.weight, %(model_version)s, c.evidence_hash, %(as_of)s, %(known_at)s,
    c.subject, c.unit_code, c.subject_sender, c.subject_row_hash, c.child_sender, c.child_row_hash, c.rank, c.margin,
    c.agrees, c.differs
from {reviews} as c
where not exists (
        select from identity.review as r
        where r.known_to = 'infinity' and r.pupil_key = c.person_key
            and r.child_key = c.child_key and r.evidence_hash = c.evidence_hash
    )
order by c.person_key, c.rank
"""


def record_links(conn: Connection, work_schema: str, as_of: date, known_at: datetime) -> Recorded:
    """Record the links and doubts that `work_schema` holds, in the caller's transaction.

    Called by publish inside its swap. Running it again changes nothing. `as_of`: the published date, from which a
    new doubt holds. Raises psycopg errors only.
    """
    tables = {
        "concluded": Identifier(work_schema, "int_identify_pupils"),
        "reviews": Identifier(work_schema, "int_list_reviews"),
    }
    values = {"known_at": known_at, "as_of": as_of, "model_version": model().version}

    def run(statement: str) -> int:
        return conn.execute(SQL(statement).format(**tables), values).rowcount  # type: ignore[arg-type]

    links_retired, links_added = run(_RETIRE_LINKS), run(_ADD_LINKS)
    reviews_retired = run(_RETIRE_REVIEWS) + run(_RETIRE_CONTRADICTED)
    run(_REFRESH_REVIEWS)
    reviews_added = run(_ADD_REVIEWS)
    return Recorded(links_added, links_retired, reviews_added, reviews_retired)
