"""Publish: build beside, test, swap in whole. Whatever goes wrong, yesterday's marts stand."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from psycopg import Connection
from psycopg.types.json import Jsonb

from rollcall.publish.candidate import build
from rollcall.publish.errors import PublishError
from rollcall.publish.expected import SHANGHAI
from rollcall.publish.lock import publisher, still_history
from rollcall.publish.quorum import due, missing, standing, too_few
from rollcall.publish.swap import MARTS, candidate_of, check_own, prepare, swap, work_of
from rollcall.publish.version import code_version
from rollcall.warehouse.history import analyze_history
from rollcall.warehouse.migrate import ensure_new_history
from rollcall.warehouse.roles import SCHEMAS

T = TypeVar("T")


@dataclass(frozen=True)
class PublishResult:
    """What became of one publish, as in ops.publish. `seconds`: by step. `verdict`: published or failed. `too_few`:
    the required feeds of which too few senders had delivered for a date to be published unasked.
    """

    publish_id: int
    schema: str
    as_of: date
    known_at: datetime
    verdict: str
    reasons: list[dict]
    missing: list[dict]
    too_few: list[str]
    code_version: str
    model_version: str
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def is_published(self) -> bool:
        return self.verdict == "published"


def publish(
    as_of: date | None = None,
    known_at: datetime | None = None,
    schema: str = MARTS,
    wait_seconds: float = 0,
    on_step: Callable[[str], None] = lambda step: None,
    is_back: bool = False,
) -> PublishResult:
    """Build, test and swap in `schema` as of a business date, with what was known at a moment (default: now).

    `as_of` None means the latest date that is complete enough, or the one at which the schema stands if that is later.
    "marts" go back to an earlier date than they stand at only with `is_back`: readers would not notice. The same
    (as_of, known_at) over the same decided deliveries gives the same content: nothing is decided or filed while it
    works. Another schema than "marts" is a study: it records no links. A failed model, test or expectation, or a
    delivery that is out of history to be filed again, gives a result with verdict "failed" and reasons. Raises
    PublishError when nothing is due, `as_of` lies after `known_at` or back, another publisher is at work, or the
    schema was not made by a publish; ValueError for a `known_at` without time zone.
    """
    known_at = known_at or datetime.now(SHANGHAI)
    if known_at.tzinfo is None:
        raise ValueError("known_at needs a time zone")
    check_target(schema)
    steps = _Steps(on_step)
    with publisher(schema, wait_seconds) as conn, steps.entered("wait", still_history(conn, known_at)) as n_out:
        check_own(conn, schema)
        as_of = _day(conn, schema, as_of, known_at, is_back)
        lacking = too_few(conn, as_of, known_at)
        publish_id, owed = _begin(conn, schema, as_of, known_at)
        reasons: list[dict] = []
        try:
            reasons = _refiling(n_out) or _build_and_swap(conn, schema, publish_id, as_of, known_at, steps)
        except Exception as fault:
            _finish(
                conn,
                publish_id,
                [{"node": "publish", "status": "error", "n": None, "said": type(fault).__name__}],
            )
            raise
        if reasons:
            _finish(conn, publish_id, reasons)
        verdict = "failed" if reasons else "published"
        return PublishResult(
            publish_id,
            schema,
            as_of,
            known_at,
            verdict,
            reasons,
            owed,
            lacking,
            code_version(),
            _model_version(),
            steps.seconds,
        )


def check_target(schema: str) -> None:
    """Raise PublishError unless a publish may put its marts under this name: a swap drops what is there."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", schema):
        raise PublishError(
            "模式名只能用小写字母、数字和下划线。", "A schema is named in lower case letters, digits and _."
        )
    taken = (set(SCHEMAS) - {MARTS}) | {"public", "information_schema"}
    if schema in taken or re.match(r"pg_|marts_", schema) or re.search(r"_(next|work|old_\d+)$", schema):
        raise PublishError(
            f"{schema} 是仓库自用的模式名，发布会将其替换，请另取名称（如 study_2019）。",
            f"{schema} is a name of the warehouse's own, and a publish replaces what it names: "
            "choose another, study_2019 for example.",
        )


def _day(conn: Connection, schema: str, as_of: date | None, known_at: datetime, is_back: bool) -> date:
    """The date to publish. Raises PublishError where a publish would tell of days that nobody knows yet, or quietly
    replace what readers have by something older."""
    today = known_at.astimezone(SHANGHAI).date()
    stands = standing(conn, schema)
    if as_of is None:
        as_of = due(known_at, conn)
        if as_of and stands and as_of < stands <= today:
            as_of = stands
    if as_of is None:
        raise PublishError(
            "没有任何业务日期已收齐，未发布。可用 --as-of 指定日期。",
            "No business date is complete enough yet; name one with --as-of to publish what is there.",
        )
    if as_of > today:
        raise PublishError(
            f"业务日期 {as_of} 晚于所知时刻（{today}），届时的情况尚不可知，未发布。",
            f"The business date {as_of} is after {today}, the day of what is known: not published.",
        )
    if schema == MARTS and stands and as_of < stands and not is_back:
        raise PublishError(
            f"marts 已发布至 {stands}，{as_of} 更早：读者看到的会倒退，未发布。"
            "要另看过去请用 --schema（如 study_2019），确需倒退请加 --back。",
            f"marts stand at {stands}, and {as_of} is earlier: readers would be taken back, so nothing is published. "
            "To look at the past beside them name a study with --schema; to take them back all the same add --back.",
        )
    return as_of


def _build_and_swap(
    conn: Connection, schema: str, publish_id: int, as_of: date, known_at: datetime, steps: "_Steps"
) -> list[dict]:
    """Reasons why it may not be published; empty means that it has been."""
    from rollcall.publish.marts_gate import gate_marts

    with steps.take("prepare"):
        prepare(conn, schema)
        # Of a new feed perhaps nothing has come yet; its staging model reads the table all the same.
        ensure_new_history(conn)
        analyze_history(conn)
    with steps.take("build"):
        reasons = build(candidate_of(schema), as_of, known_at, work_of(schema))
    if reasons:
        return reasons
    with steps.take("gate"):
        reasons = gate_marts(schema)
    if reasons:
        return reasons

    def with_it(conn: Connection) -> None:
        if schema == MARTS:
            from rollcall.identity.record import record_links

            record_links(conn, work_of(candidate_of(schema)), as_of, known_at)
        conn.execute(
            """update ops.publish set verdict = 'published', finished_at = clock_timestamp()
            where publish_id = %s""",
            (publish_id,),
        )

    with steps.take("swap"):
        swap(conn, schema, publish_id, with_it)
    return []


def _refiling(n: int) -> list[dict]:
    """Why nothing is published while deliveries are out of history: without them children would seem missing."""
    said = (
        f"有 {n} 份报送已撤出历史库、尚待重新入库：请先运行 rollcall ingest（或再次运行 rollcall replay），然后发布。 "
        f"{n} deliveries are out of history, to be filed again: run `rollcall ingest` (or `rollcall replay` again), "
        "then publish."
    )
    return [{"node": "ledger", "status": "refiling", "n": n, "said": said}] if n else []


def _begin(conn: Connection, schema: str, as_of: date, known_at: datetime) -> tuple[int, list[dict]]:
    """The ledger row. Under the lock, one that still says running belongs to a publisher that died."""
    interrupted = [{"node": "publish", "status": "error", "n": None, "said": "interrupted"}]
    conn.execute(
        """update ops.publish set verdict = 'failed', finished_at = clock_timestamp(), reasons = %s
        where schema_name = %s and verdict = 'running'""",
        (Jsonb(interrupted), schema),
    )
    owed = missing(conn, as_of, known_at)
    (publish_id,) = conn.execute(
        """insert into ops.publish (schema_name, as_of, known_at, code_version, model_version, missing)
        values (%s, %s, %s, %s, %s, %s) returning publish_id""",
        (schema, as_of, known_at, code_version(), _model_version(), Jsonb(owed)),
    ).fetchone()
    return publish_id, owed


def _finish(conn: Connection, publish_id: int, reasons: list[dict]) -> None:
    """Say why it failed; a publish that was already swapped in stays published."""
    if not conn.closed:
        conn.execute(
            """update ops.publish set verdict = 'failed', finished_at = clock_timestamp(), reasons = %s
            where publish_id = %s and verdict = 'running'""",
            (Jsonb(reasons), publish_id),
        )


def _model_version() -> str:
    from rollcall.identity.model import model

    return model().version


class _Steps:
    """Seconds by step, and a word to whoever watches."""

    def __init__(self, on_step: Callable[[str], None]) -> None:
        self.seconds: dict[str, float] = {}
        self._on_step = on_step

    @contextmanager
    def take(self, step: str) -> Iterator[None]:
        self._on_step(step)
        begins = time.monotonic()
        try:
            yield
        finally:
            self.seconds[step] = round(time.monotonic() - begins, 3)

    @contextmanager
    def entered(self, step: str, context: AbstractContextManager[T]) -> Iterator[T]:
        """`context`, with the time that it takes to enter it."""
        with ExitStack() as stack:
            with self.take(step):
                value = stack.enter_context(context)
            yield value
