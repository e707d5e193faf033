"""What a person decided about a pair: a row of `identity.review`, closed in known time by a later decision.

A verdict is tied to the evidence it was given on. Every publish applies it while the pair's evidence hash is that
one; when a row on either side changes, the pair is in doubt under another hash, and is asked again.
"""

from datetime import datetime

from psycopg import Connection

from rollcall.identity.review.errors import ReviewError
from rollcall.identity.review.queue import Doubt
from rollcall.identity.review.words import SAME, VERDICTS

ACCEPTED, UNCHANGED = "accepted", "unchanged"
_COPIED = """pupil_key, child_key, subject, unit_code, subject_sender, subject_row_hash, child_sender, child_row_hash,
    reason, rank, weight, margin, model_version, evidence_hash, agrees, differs, valid_from, valid_to"""

_IN_FORCE = """
select review_id, verdict from identity.review
where pupil_key = %(pupil_key)s and child_key = %(child_key)s and evidence_hash = %(evidence_hash)s
    and known_to = 'infinity'
"""
# A pupil is at most one child; a child may well be several pupils. What rests on evidence that has changed since
# stands in nobody's way.
_OTHER = """
select o.review_id from identity.review as o
where o.pupil_key = %(pupil_key)s and o.child_key <> %(child_key)s
    and o.verdict = 'same' and o.known_to = 'infinity'
    and not exists (
        select from identity.review as n
        where n.pupil_key = o.pupil_key and n.child_key = o.child_key and n.known_to = 'infinity'
            and n.evidence_hash <> o.evidence_hash and (n.verdict is null or n.known_from > o.known_from)
    )
order by o.review_id desc
limit 1
"""
# One moment later where the clock has not moved on, or the doubt is known from a publish of a later day.
_CLOSE = """
update identity.review
set known_to = greatest(%(at)s, known_from + interval '1 microsecond')
where review_id = %(review_id)s
returning known_to
"""
_ADD = f"""
insert into identity.review ({_COPIED}, verdict, why, decided_by, decided_at, known_from)
select {_COPIED}, %(verdict)s, %(why)s, %(by)s, greatest(%(at)s, decided_at + interval '1 microsecond'), known_to
from identity.review
where review_id = %(review_id)s
"""


def decide(
    conn: Connection, doubt: Doubt, verdict: str, why: str, by: str, at: datetime, may_overrule: bool = True
) -> str:
    """Write a verdict (same or different) in the caller's transaction; "accepted", or "unchanged" if that is
    what was decided before.

    It counts for publishes that know what is known at `at`. Raises ReviewError without a reason, if the row is
    already another child, if the doubt went while it was looked at, or if it was decided otherwise before and the
    caller may not overrule; ValueError for another verdict.
    """
    if verdict not in VERDICTS:
        raise ValueError(f"a verdict is one of {', '.join(VERDICTS)}")
    if not why.strip():
        raise ReviewError("请用 --why 写明如何核实。", "Say with --why how you know.")
    values = {
        "pupil_key": doubt.pupil_key,
        "child_key": doubt.child_key,
        "evidence_hash": doubt.evidence_hash,
        "verdict": verdict,
        "why": why.strip(),
        "by": by,
        "at": at,
    }
    # Two people decide on one pupil at once: the second sees what the first said.
    conn.execute("select pg_advisory_xact_lock(hashtext('verdict'), hashtext(%s))", (str(doubt.pupil_key),))
    found = conn.execute(_IN_FORCE, values).fetchone()
    if found is None:
        raise ReviewError(
            f"编号 {doubt.review_id} 刚刚不再存疑，裁定未登记。", f"Pair {doubt.review_id} has just been settled."
        )
    values["review_id"], before = found
    if before == verdict:
        return UNCHANGED
    if before is not None and not may_overrule:
        raise ReviewError(
            "该对已另有裁定，与本表不同，未改动；如需改判请联系操作员。",
            f"Pair {doubt.review_id} was decided otherwise meanwhile: use `rollcall review decide` to overrule.",
        )
    other = conn.execute(_OTHER, values).fetchone() if verdict == SAME else None
    if other:
        raise ReviewError(
            f"该记录已认定为另一名儿童（编号 {other[0]}）；如有误，请先把编号 {other[0]} 改判为“不是同一人”。",
            f"This row was decided to be another child (pair {other[0]}): decide that one different first.",
        )
    conn.execute(_CLOSE, values)
    conn.execute(_ADD, values)
    return ACCEPTED
