"""Send the digests that are not sent yet, through Apprise. A message is sent at least once, and once in all
but one case.

Between a receiver and us there is no common transaction: if we die after the message has left and before it
is recorded, nobody can know whether it arrived. Then it is sent again: an alert told twice costs a glance,
one never told may cost a child. So that the second one can be recognised, the title carries the number of the
digest and its run, the same each time, and services that take headers get it as Idempotency-Key. The attempt
is recorded before it is made, so `attempts` says when this may have happened. A receiver that is slow is
waited for (READ_SECONDS) rather than given up and asked again. A recipient's digests go in order; one that
fails holds back those behind it.
"""

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from psycopg import Connection

from rollcall.alerts.words import owner_name

CONNECT_SECONDS = 5
READ_SECONDS = 60
_TAKES_HEADERS = re.compile(r"^(json|xml|form)s?://", re.IGNORECASE)


@dataclass(frozen=True)
class Sent:
    """Numbers of the digests that were sent, and of those that still wait."""

    sent: list[int]
    waiting: list[int]


def send_pending(conn: Connection, addresses: dict[str, str], now: datetime) -> Sent:
    """Send every digest not sent yet to recipients with an address; `conn` is in autocommit.

    Failures are recorded (last_error) and tried again at the next run, for ever: none is lost.
    """
    sent: list[int] = []
    for recipient in sorted(addresses):
        # One sender per recipient at a time; PostgreSQL frees the lock of one that dies.
        lock = ("select pg_{}(hashtextextended(%s, 0))", (f"rollcall.digest.{recipient}",))
        if not conn.execute(lock[0].format("try_advisory_lock"), lock[1]).fetchone()[0]:
            continue
        try:
            sent += _send_all(conn, recipient, addresses[recipient], now)
        finally:
            conn.execute(lock[0].format("advisory_unlock"), lock[1])
    waiting = conn.execute("select digest_id from ops.digest where sent_at is null order by digest_id").fetchall()
    return Sent(sent, [digest_id for (digest_id,) in waiting])


def _send_all(conn: Connection, recipient: str, url: str, now: datetime) -> list[int]:
    sent = []
    rows = conn.execute(
        """select digest_id, run_key, text_zh from ops.digest
        where recipient = %s and sent_at is null order by digest_id""",
        (recipient,),
    ).fetchall()
    for digest_id, run_key, text in rows:
        conn.execute("update ops.digest set attempts = attempts + 1 where digest_id = %s", (digest_id,))
        key = f"rollcall-{digest_id}"
        title = f"【点名】{owner_name(recipient)[0]}数据质量提醒 {run_key} #{digest_id}"
        error = deliver(url, title, text, key)
        if error:
            conn.execute("update ops.digest set last_error = %s where digest_id = %s", (error, digest_id))
            break
        conn.execute("update ops.digest set sent_at = %s, last_error = null where digest_id = %s", (now, digest_id))
        sent.append(digest_id)
    return sent


def deliver(url: str, title: str, text: str, key: str) -> str | None:
    """Hand one message to Apprise; None if the service took it, else what to record. The URL, a secret, is
    not told.
    """
    import apprise

    # Its log names addresses, some of which carry their token.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    service = apprise.Apprise(asset=apprise.AppriseAsset(storage_mode=apprise.PersistentStoreMode.MEMORY))
    if not service.add(_with_options(url, key)):
        return "address is not a URL that Apprise knows"
    try:
        is_taken = service.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT)
    except Exception as fault:  # noqa: BLE001 - a plugin's fault must not stop the other recipients
        return f"error in sending: {type(fault).__name__}"
    return None if is_taken else "the service did not take the message"


def _with_options(url: str, key: str) -> str:
    options = [f"cto={CONNECT_SECONDS}", f"rto={READ_SECONDS}"]
    options = [option for option in options if f"{option.split('=')[0]}=" not in url]
    if _TAKES_HEADERS.match(url):
        options.append(f"+Idempotency-Key={quote(key)}")
    return url + ("&" if "?" in url else "?") + "&".join(options)
