"""One digest per recipient and run, in Chinese: what is new, what still stands, what has been mended.

What a recipient was told last is in his last digest, as the numbers of the alerts that stood open in it. So a
digest is written exactly when an alert is new to him or mended, whatever clock the alerts were opened by and
however their texts are worded since, and writing it twice for one run changes nothing.
"""

import csv
import os
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection

from rollcall.alerts.words import owner_name
from rollcall.publish.expected import SHANGHAI
from rollcall.warehouse.secrets import has_secret, secret
from rollcall.warehouse.settings import settings

ADDRESSES = "alert_urls"
NEW, STANDING, MENDED = "新增", "持续", "已解除"
_RANK = {"critical": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Route:
    """Who is told about an owner's alerts, and the name under which his address is kept."""

    owner: str
    recipient: str
    url_env: str


def routes() -> dict[str, Route]:
    """Owner -> route, from seed_alert_route.csv."""
    with open(settings().repo / "dbt_project" / "seeds" / "seed_alert_route.csv", encoding="utf-8") as file:
        return {row["owner"]: Route(row["owner"], row["recipient"], row["url_env"]) for row in csv.DictReader(file)}


def address(url_env: str) -> str | None:
    """Apprise URL from the environment, else from the secret file `alert_urls`, which has lines `<name>=<URL>`;
    None if neither.
    """
    return os.environ.get(url_env) or _filed().get(url_env)


def _filed() -> dict[str, str]:
    if not has_secret(ADDRESSES):
        return {}
    lines = [line.strip() for line in secret(ADDRESSES).splitlines()]
    pairs = [line.partition("=") for line in lines if not line.startswith("#")]
    return {name.strip(): url.strip() for name, _, url in pairs}


def recipients() -> dict[str, str]:
    """Recipient -> address, of those who have one."""
    found = {route.recipient: address(route.url_env) for route in routes().values()}
    return {recipient: url for recipient, url in found.items() if url}


def write_digests(conn: Connection, run_key: str, now: datetime, reachable: set[str], fallback: str) -> list[int]:
    """Write this run's digests, one transaction for all; return their numbers.

    Alerts of owners who have no address go to `fallback` (the municipality), who can pass them on; if that
    has none either, they stay in ops.alert and in the report until an address is set, and are told then.
    """
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(hashtextextended('rollcall.alerts', 0))")
        standing = _open(conn, reachable, fallback)
        told = _told(conn)
        known = _texts(conn, set().union(*told.values()))
        written = []
        for recipient in sorted(reachable):
            mine, before = standing.get(recipient, {}), told.get(recipient, set())
            mended = {alert_id: known[alert_id] for alert_id in sorted(before - set(mine)) if alert_id in known}
            if not mended and before >= set(mine):
                continue
            row = conn.execute(
                """insert into ops.digest (recipient, run_key, text_zh, created_at, alert_ids)
                values (%s, %s, %s, %s, %s)
                on conflict (recipient, run_key) do nothing returning digest_id""",
                (recipient, run_key, _text(recipient, now, mine, before, mended), now, list(mine)),
            ).fetchone()
            written += row or []
    return written


def _open(conn: Connection, reachable: set[str], fallback: str) -> dict[str, dict[int, str]]:
    """Recipient -> number -> line of his open alerts, the most severe first."""
    known = routes()
    found: dict[str, list[tuple]] = {}
    for alert_id, owner, severity, text in conn.execute(
        "select alert_id, owner, severity, text_zh from ops.alert where closed_at is null"
    ):
        recipient = known[owner].recipient if owner in known else fallback
        recipient = recipient if recipient in reachable else fallback
        found.setdefault(recipient, []).append((_RANK.get(severity, 3), alert_id, _line(alert_id, text)))
    return {recipient: {alert_id: line for _, alert_id, line in sorted(rows)} for recipient, rows in found.items()}


def _told(conn: Connection) -> dict[str, set[int]]:
    """The alerts that stood open in each recipient's last digest."""
    last = conn.execute(
        "select distinct on (recipient) recipient, alert_ids from ops.digest order by recipient, digest_id desc"
    )
    return {recipient: set(alert_ids) for recipient, alert_ids in last}


def _texts(conn: Connection, alert_ids: set[int]) -> dict[int, str]:
    rows = conn.execute("select alert_id, text_zh from ops.alert where alert_id = any(%s)", (list(alert_ids),))
    return {alert_id: _line(alert_id, text) for alert_id, text in rows}


def _line(alert_id: int, text: str) -> str:
    return f"· 〔{alert_id}〕{text}".replace("\n", " ")


def _text(recipient: str, now: datetime, lines: dict[int, str], told: set[int], mended: dict[int, str]) -> str:
    new = [line for alert_id, line in lines.items() if alert_id not in told]
    standing = [line for alert_id, line in lines.items() if alert_id in told]
    parts = [f"{owner_name(recipient)[0]}：数据质量提醒（{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}）"]
    for heading, group in ((NEW, new), (STANDING, standing), (MENDED, list(mended.values()))):
        if group:
            parts += [f"\n{heading} {len(group)} 项", *group]
    return "\n".join(parts)
