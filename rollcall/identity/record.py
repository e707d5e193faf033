"""Write what a publish concluded about identity into `identity`, as differences to what was believed."""

from datetime import date, datetime
from typing import NamedTuple

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.identity import MODEL_VERSION

METHOD = "id_corroborated"
REASON = "id_without_corroboration"


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
            and l.model_version = %(model_version)s
    )
"""
)

_ADD_LINKS = """
insert into identity.link
    (pupil_key, child_key, method, weight, model_version, valid_from, known_from)
select c.pupil_key, c.child_key, %(method)s, null, %(model_version)s, c.evidence_from, %(known_at)s
from {concluded} as c
where c.is_linked
    and not exists (
        select from identity.link as l
        where l.known_to = 'infinity' and l.pupil_key = c.pupil_key and l.child_key = c.child_key
    )
order by c.pupil_key
"""

# A verdict that a person gave stays while its evidence does; only undecided doubts vanish with their cause.
_RETIRE_REVIEWS = (
    """
update identity.review as r
set known_to = """
    + _ENDS.format("r")
    + """
where r.known_to = 'infinity' and r.verdict is null and r.reason = %(reason)s
    and not exists (
        select from {concluded} as c
        where c.outcome = 'uncorroborated' and c.pupil_key = r.pupil_key
            and c.candidate_child_key = r.child_key and c.evidence_hash = r.evidence_hash
    )
"""
)

_ADD_REVIEWS = """
insert into identity.review
    (pupil_key, child_key, reason, weight, model_version, evidence_hash, valid_from, known_from)
select c.pupil_key, c.candidate_child_key, %(reason)s, null, %(model_version)s, c.evidence_hash,
    c.evidence_from, %(known_at)s
from {concluded} as c
where c.outcome = 'uncorroborated'
    and not exists (
        select from identity.review as r
        where r.known_to = 'infinity' and r.pupil_key = c.pupil_key
            and r.child_key = c.candidate_child_key and r.evidence_hash = c.evidence_hash
    )
order by c.pupil_key
"""


def record_links(conn: Connection, work_schema: str, as_of: date, known_at: datetime) -> Recorded:
    """Record the links and doubts that `work_schema` holds, in the caller's transaction.

    Called by publish inside its swap. Running it again changes nothing. `as_of` is the published date: no
    evidence is younger, so nothing is written for it. Raises psycopg errors only.
    """
    concluded = Identifier(work_schema, "int_identify_pupils")
    values = {
        "known_at": known_at,
        "model_version": MODEL_VERSION,
        "method": METHOD,
        "reason": REASON,
    }

    def run(statement: str) -> int:
        return conn.execute(SQL(statement).format(concluded=concluded), values).rowcount  # type: ignore[arg-type]

    links_retired, links_added = run(_RETIRE_LINKS), run(_ADD_LINKS)
    reviews_retired, reviews_added = run(_RETIRE_REVIEWS), run(_ADD_REVIEWS)
    return Recorded(links_added, links_retired, reviews_added, reviews_retired)
