"""Keep ops.alert in step with what is found: open what is new, touch what stays, close what is gone."""

from dataclasses import dataclass, replace
from datetime import datetime

from psycopg import Connection

from rollcall.alerts.find import FOUND_KINDS, Finding, thresholds
from rollcall.warehouse.connect import connect


@dataclass(frozen=True)
class Recorded:
    """Numbers of the alerts opened, kept and closed."""

    opened: list[int]
    kept: list[int]
    closed: list[int]


def record(conn: Connection, found: list[Finding], now: datetime) -> Recorded:
    """Write what `find` found at `now`, in one transaction; alerts of its kinds that it did not find are
    closed.
    """
    opened, kept = [], []
    with conn.transaction():
        _serialise(conn)
        for item in found:
            alert_id, is_new = _upsert(conn, item, now)
            (opened if is_new else kept).append(alert_id)
        closed = conn.execute(
            """update ops.alert set closed_at = %s
            where closed_at is null and kind = any(%s) and not dedupe_key = any(%s)
            returning alert_id""",
            (now, list(FOUND_KINDS), [item.dedupe_key for item in found]),
        ).fetchall()
        mended = [alert_id for (alert_id,) in closed] + _close_worked_since(conn, now)
    return Recorded(opened, kept, sorted(mended))


def open_alert(
    dedupe_key: str,
    kind: str,
    owner: str,
    severity: str,
    text_zh: str,
    text_en: str,
    now: datetime | None = None,
) -> int:
    """Open one alert from a callback, or touch it if it is open; return its number. The texts must not quote
    data.

    Callbacks speak of our own machinery, so `now` is by default the database's clock. They close themselves when the
    same thing has worked since: an ingest by `close_worked`, a publish by the ledger (`record`).
    """
    item = Finding(dedupe_key, kind, owner, None, None, None, text_zh, text_en, severity)
    with connect("pipeline", autocommit=True) as conn, conn.transaction():
        _serialise(conn)
        return _upsert(conn, item, now or _clock(conn))[0]


def close_worked(dag_id: str, feed: str) -> list[int]:
    """A task of the feed's Dag has worked: close what its failures had opened; return the numbers.

    The ledger alone cannot tell, for most runs find nothing to decide. A lane's alert stays while a delivery of the
    feed is pending: of several lanes, it may be another that failed.
    """
    with connect("pipeline", autocommit=True) as conn:
        rows = conn.execute(
            """update ops.alert set closed_at = greatest(clock_timestamp(), opened_at)
            where closed_at is null and starts_with(dedupe_key, %(dag)s) and not (
                dedupe_key = %(lane)s
                and exists (select from ops.delivery where feed = %(feed)s and verdict = 'pending')
            )
            returning alert_id""",
            {"dag": f"task_failed:{dag_id}:", "lane": f"task_failed:{dag_id}:lane", "feed": feed},
        ).fetchall()
    return [alert_id for (alert_id,) in rows]


def _close_worked_since(conn: Connection, now: datetime) -> list[int]:
    """What a callback of publish_marts opened is mended once the ledger shows a later publish."""
    rows = conn.execute(
        """update ops.alert as a set closed_at = greatest(%s, a.opened_at)
        where a.closed_at is null
            and (a.kind = 'publish_overdue' or starts_with(a.dedupe_key, 'task_failed:publish_marts:'))
            and exists (
                select from ops.publish as p where p.verdict = 'published' and p.finished_at > a.last_seen_at
            )
        returning alert_id""",
        (now,),
    ).fetchall()
    return [alert_id for (alert_id,) in rows]


def _clock(conn: Connection) -> datetime:
    return conn.execute("select clock_timestamp()").fetchone()[0]


def _upsert(conn: Connection, item: Finding, now: datetime) -> tuple[int, bool]:
    severity = thresholds().get(item.kind, (item.severity, 0))[0]
    item = replace(item, severity=severity)
    return conn.execute(
        """insert into ops.alert (dedupe_key, kind, owner, severity, feed, sender, business_date,
            opened_at, last_seen_at, text_zh, text_en)
        values (%(dedupe_key)s, %(kind)s, %(owner)s, %(severity)s, %(feed)s, %(sender)s, %(business_date)s,
            %(now)s, %(now)s, %(text_zh)s, %(text_en)s)
        on conflict (dedupe_key) where closed_at is null do update
        set last_seen_at = greatest(ops.alert.last_seen_at, excluded.last_seen_at), severity =
        excluded.severity,
            text_zh = excluded.text_zh, text_en = excluded.text_en
        returning alert_id, xmax = 0""",
        {**vars(item), "now": now},
    ).fetchone()


def _serialise(conn: Connection) -> None:
    """Two alert runs at once would each close what only the other has found."""
    conn.execute("select pg_advisory_xact_lock(hashtextextended('rollcall.alerts', 0))")
