"""The doubtful pairs as the last publish left them, without names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.errors import InvalidSchemaName, UndefinedTable
from psycopg.rows import class_row

from rollcall.identity.review.errors import ReviewError

# The units of a pair: the one that sent the row in doubt, and the one of the child's registered township.
# Asked for by a number that an older row of the pair had (a list that was exported before somebody decided), the
# row in force now for the same pair on the same evidence is found.
_DOUBTS = """
with

reviews as (

    select * from identity.review

),

published as (

    select max(known_at) as known_at from ops.publish
    where schema_name = 'marts' and verdict = 'published'

),

asked as (

    select pupil_key, child_key, evidence_hash, array_agg(review_id) as numbers from reviews
    where review_id = any(%(numbers)s)
    group by pupil_key, child_key, evidence_hash

),

in_force as (

    select * from reviews
    where known_to = 'infinity'

),

superseded as (

    -- A verdict on evidence that has changed since: the same pair is asked again on the new one.
    select distinct old.review_id
    from in_force as old
    inner join in_force as new
        on old.pupil_key = new.pupil_key and old.child_key = new.child_key
        and old.evidence_hash <> new.evidence_hash
    where old.verdict is not null and (new.verdict is null or old.known_from < new.known_from)

)

select
    r.review_id, r.pupil_key, r.child_key, r.subject, r.reason, r.rank, r.weight,
    nullif(r.margin, 'infinity') as margin,
    r.model_version, r.evidence_hash, r.agrees, r.differs,
    r.subject_sender, r.subject_row_hash, r.child_sender, r.child_row_hash,
    r.known_from as since, greatest(p.known_at::date - r.known_from::date, 0) as n_days,
    r.unit_code as subject_unit, c.home_unit_code as home_unit,
    r.verdict, r.why, r.decided_by, r.decided_at, coalesce(a.numbers, '{}') as asked_by
from in_force as r
left join asked as a
    on r.pupil_key = a.pupil_key and r.child_key = a.child_key and r.evidence_hash = a.evidence_hash
left join marts.dim_child as c on r.child_key = c.child_key
cross join published as p
where r.review_id not in (select s.review_id from superseded as s)
    and (%(pupil_key)s::uuid is null or r.pupil_key = %(pupil_key)s)
    and (%(numbers)s::bigint[] is null or a.numbers is not null)
    and (%(unit)s::text is null or %(unit)s in (r.unit_code, c.home_unit_code))
    and (%(reason)s::text is null or r.reason = %(reason)s)
    and (%(n_days)s::integer is null or p.known_at::date - r.known_from::date >= %(n_days)s)
    and (%(has_verdict)s::boolean is null or (r.verdict is not null) = %(has_verdict)s)
-- The children that one row may be stay together, the likeliest first.
order by
    min(r.known_from) over (partition by r.pupil_key), min(r.review_id) over (partition by r.pupil_key),
    r.rank, r.review_id
"""


@dataclass(frozen=True)
class Doubt:
    """A pair in doubt, without names. `pupil_key` is the pupil's, or that of another feed's row (`subject`).

    `since`: known from; `n_days`: since then, at the last publish; `weight`, `margin`: bits, None where no model
    was asked; `agrees`, `differs`: words of the matching; `verdict`: same, different, or None while it is open;
    `asked_by`: numbers by which it was asked for, among them older ones of the pair.
    """

    review_id: int
    pupil_key: UUID
    child_key: UUID
    subject: str
    reason: str
    rank: int
    weight: float | None
    margin: float | None
    model_version: str
    evidence_hash: str
    agrees: list[str]
    differs: list[str]
    subject_sender: str | None
    subject_row_hash: UUID | None
    child_sender: str | None
    child_row_hash: UUID | None
    since: datetime
    n_days: int
    subject_unit: str | None
    home_unit: str | None
    verdict: str | None
    why: str | None
    decided_by: str | None
    decided_at: datetime | None
    asked_by: list[int]

    @property
    def units(self) -> set[str]:
        """The units whose clerks may see and decide it."""
        return {unit for unit in (self.subject_unit, self.home_unit) if unit}


def doubts(
    conn: Connection,
    unit: str | None = None,
    reason: str | None = None,
    n_days: int | None = None,
    has_verdict: bool | None = False,
    numbers: Sequence[int] | None = None,
    pupil_key: UUID | None = None,
) -> list[Doubt]:
    """Doubts in force, oldest first. `unit`: only those it may see; `n_days`: at least so old; `has_verdict`
    None: decided or not; `numbers`: the pairs that have, or had, these; `pupil_key`: those of one row. Raises
    ReviewError before the first publish.
    """
    asked = {"unit": unit, "reason": reason, "n_days": n_days, "has_verdict": has_verdict}
    asked |= {"numbers": numbers, "pupil_key": pupil_key}
    try:
        with conn.transaction(), conn.cursor(row_factory=class_row(Doubt)) as cursor:
            return cursor.execute(_DOUBTS, asked).fetchall()
    except (InvalidSchemaName, UndefinedTable):
        raise ReviewError(
            "尚未发布，没有待核对清单。请先执行 rollcall publish。",
            "Nothing has been published yet, so nothing is in doubt: run `rollcall publish`.",
        ) from None


def by_number(conn: Connection, numbers: Sequence[int]) -> dict[int, Doubt]:
    """The pairs of these numbers, decided or not; a number that is in doubt no longer is left out."""
    found = doubts(conn, has_verdict=None, numbers=list(numbers))
    return {number: doubt for doubt in found for number in doubt.asked_by}


def doubt(conn: Connection, review_id: int) -> Doubt:
    """One pair, decided or not. Raises ReviewError if none of that number is in doubt on this evidence."""
    found = by_number(conn, [review_id])
    if review_id not in found:
        raise ReviewError(
            f"编号 {review_id} 不在核对清单中：无此编号、已不再存疑，或证据已变而另立编号。"
            "可用 rollcall review list 查看。",
            f"No pair {review_id} is in doubt now: there is none, it was settled, or its evidence changed and it has a "
            "new number. See `rollcall review list`.",
        )
    return found[review_id]
