"""One run of the alerts: find, record, write the digests, send them."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection

from rollcall.alerts.digest import recipients, write_digests
from rollcall.alerts.find import find
from rollcall.alerts.record import record
from rollcall.alerts.send import send_pending
from rollcall.warehouse.connect import connect

FALLBACK = "municipality"


@dataclass(frozen=True)
class AlertRun:
    """Counts of one run."""

    n_opened: int
    n_kept: int
    n_closed: int
    n_digests: int
    n_sent: int
    n_waiting: int


def run_alerts(run_key: str, now: datetime | None = None) -> AlertRun:
    """Bring alerts up to date with the ledger as of `now` (with time zone) and tell who can mend them.

    `run_key` names the run: running again under the same key writes no second digest, only sends what is
    unsent. `now` None means the ledger's own clock: the newest receipt or the newest publish's moment of
    knowledge, whichever is later; so nothing is late by the clock of a machine on which another time is
    simulated. Raises ValueError for a `now` without time zone.
    """
    if now is not None and now.tzinfo is None:
        raise ValueError("now needs a time zone")
    addresses = recipients()
    with connect("pipeline", autocommit=True, application="rollcall alerts") as conn:
        now = now or ledger_clock(conn)
        recorded = record(conn, find(conn, now), now)
        digests = write_digests(conn, run_key, now, set(addresses), FALLBACK)
        sent = send_pending(conn, addresses, now)
    return AlertRun(
        n_opened=len(recorded.opened),
        n_kept=len(recorded.kept),
        n_closed=len(recorded.closed),
        n_digests=len(digests),
        n_sent=len(sent.sent),
        n_waiting=len(sent.waiting),
    )


def ledger_clock(conn: Connection) -> datetime:
    """The latest moment the ledger speaks of; the database's clock if it is empty."""
    return conn.execute(
        """select coalesce(
            greatest(
                (select max(received_at) from ops.delivery),
                (
                    select known_at from ops.publish where schema_name = 'marts'
                    order by publish_id desc limit 1
                )
            ),
            clock_timestamp()
        )"""
    ).fetchone()[0]
