"""What is wrong at a given moment, read from the ledger: one finding for everything that somebody must
mend.
"""

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psycopg import Connection

from rollcall.alerts.words import DATA_ENGINEER, KINDS, feed_name, is_known, owner_name, why, worst
from rollcall.contracts.load import contracts
from rollcall.publish.expected import NO_DATE, Slot, current, slots
from rollcall.warehouse.settings import settings

# The kinds that `find` judges afresh: of these what is found no more is closed. Others are closed by their
# callers.
FOUND_KINDS = ("refused", "section_refused", "late", "missing", "waiting", "rejected_rows", "publish_failed")


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `dedupe_key` is the same as long as it is the same thing; `owner` can mend it."""

    dedupe_key: str
    kind: str
    owner: str
    feed: str | None
    sender: str | None
    business_date: date | None
    text_zh: str
    text_en: str
    severity: str = "warning"


def find(conn: Connection, now: datetime) -> list[Finding]:
    """Everything wrong at `now` (with time zone), by what had been received by then. Needs only the
    ledger.
    """
    found = [_owed(slot) for slot in current(slots(conn, now)) if slot.state in ("overdue", "missing")]
    found += _refused(conn, now)
    found += _sections(conn, now)
    found += _waiting(conn, now)
    found += _rejected_rows(conn, now)
    found += _publish_failed(conn, now)
    return list({finding.dedupe_key: finding for finding in found}.values())


def finding(kind: str, what: str, owner: str, zh: str, en: str, **place) -> Finding:
    """A finding of one of KINDS about `what`; an owner nobody knows is the data engineers'."""
    owner = owner if is_known(owner) else DATA_ENGINEER
    said = KINDS[kind]
    place = {"feed": None, "sender": None, "business_date": None, **place}
    return Finding(f"{kind}:{what}", kind, owner, text_zh=f"{said[0]}：{zh}", text_en=f"{said[1]}: {en}", **place)


def thresholds() -> dict[str, tuple[str, float]]:
    """Kind -> (severity, threshold) of seed_alert_rule.csv."""
    with open(settings().repo / "dbt_project" / "seeds" / "seed_alert_rule.csv", encoding="utf-8") as file:
        return {row["kind"]: (row["severity"], float(row["threshold"] or 0)) for row in csv.DictReader(file)}


def _owed(slot: Slot) -> Finding:
    contract, (zh, en) = contracts()[slot.feed], owner_name(slot.sender)
    is_late = slot.state == "overdue"
    days = contract.late_after_days if is_late else contract.missing_after_days
    last = slot.due_on + timedelta(days=days)
    return finding(
        "late" if is_late else "missing",
        f"{slot.feed}:{slot.sender}:{slot.due_on}",
        slot.sender,
        f"{zh}的{contract.zh}应于{slot.due_on}报送，{last}后仍未收到。请尽快报送。",
        f"{contract.name} of {en} was due on {slot.due_on} and had not come by {last}. Please send it.",
        **{"feed": slot.feed, "sender": slot.sender, "business_date": slot.due_on},
    )


def _refused(conn: Connection, now: datetime) -> list[Finding]:
    """Refused, and nothing sound has come since from the same sender for that date, or a newer snapshot."""
    snapshots = [name for name, contract in contracts().items() if contract.history == "snapshot"]
    rows = conn.execute(
        """select distinct on (d.feed, d.sender, d.business_date) d.feed, d.sender, d.business_date, d.reasons
        from ops.delivery as d
        where d.verdict = 'refused' and d.received_at <= %(now)s
            and not exists (
                select from ops.delivery as later
                where later.feed = d.feed and later.sender = d.sender
                    and later.verdict in ('accepted', 'duplicate') and later.received_at <= %(now)s
                    and (later.received_at, later.delivery_id) > (d.received_at, d.delivery_id)
                    and (later.business_date = d.business_date or d.business_date = %(no_date)s
                        or (later.business_date > d.business_date and d.feed = any(%(snapshots)s)))
            )
        order by d.feed, d.sender, d.business_date, d.received_at desc, d.delivery_id desc""",
        {"now": now, "no_date": NO_DATE, "snapshots": snapshots},
    ).fetchall()
    return [_refusal("refused", feed, sender, sender, day, reasons) for feed, sender, day, reasons in rows]


def _sections(conn: Connection, now: datetime) -> list[Finding]:
    """A unit's section of the platform's file was refused, and the file in force has none that is sound."""
    rows = conn.execute(
        """select d.feed, d.sender, d.business_date, s.unit_code, s.reasons
        from ops.delivery as d
        join ops.delivery_section as s using (delivery_id)
        where d.is_in_force and d.received_at <= %s and s.verdict = 'refused'""",
        (now,),
    ).fetchall()
    return [_refusal("section_refused", feed, sender, unit, day, reasons) for feed, sender, day, unit, reasons in rows]


def _refusal(kind: str, feed: str, sender: str, owner: str, day: date, reasons: list[dict]) -> Finding:
    # Refused again for other rules is another thing to mend, of which its sender is told again.
    what = ":".join(filter(None, (str(day), "+".join(worst(reasons)))))
    (zh, en), (feed_zh, feed_en), (why_zh, why_en) = owner_name(owner), feed_name(feed), why(reasons)
    on_zh, on_en = ("", "") if day == NO_DATE else (f"（{day}）", f" for {day}")
    return finding(
        kind,
        f"{feed}:{owner}:{what}" if feed_en == feed and is_known(owner) else f"{feed_en}:{what}",
        owner,
        f"{zh}的{feed_zh}{on_zh}未入库：{why_zh}。此前已入库的数据继续有效。",
        f"{feed_en} of {en}{on_en} was not taken: {why_en}. What was accepted before stays in force.",
        **{"feed": feed if feed_en == feed else None, "sender": sender if is_known(sender) else None},
        business_date=None if day == NO_DATE else day,
    )


def _waiting(conn: Connection, now: datetime) -> list[Finding]:
    days = thresholds()["waiting"][1]
    rows = conn.execute(
        """select distinct feed, sender, business_date from ops.delivery
        where verdict in ('pending', 'waiting') and received_at <= %s""",
        (now - timedelta(days=days),),
    ).fetchall()
    found = []
    for feed, sender, day in rows:
        known = contracts().get(feed)
        needs = [contracts()[name] for name in known.references] if known else []
        zh, en = owner_name(sender)
        found.append(
            finding(
                "waiting",
                f"{feed}:{sender}:{day}",
                # Without references nobody but a data engineer can tell why it lies there.
                sender if needs else DATA_ENGINEER,
                f"{zh}的{feed_name(feed)[0]}（{day}）已收到超过{days:g}天仍未审核，"
                f"需先收到：{'、'.join(need.zh for need in needs) or '（无，请查任务）'}。",
                f"{feed_name(feed)[1]} of {en} for {day} came more than {days:g} days ago and is not judged; "
                f"first needed: {', '.join(need.name for need in needs) or 'nothing, look at the Dag'}.",
                **{"feed": feed, "sender": sender, "business_date": day},
            )
        )
    return found


def _rejected_rows(conn: Connection, now: datetime) -> list[Finding]:
    """The newest delivery in force of a feed and sender lost more rows than its share of the contract's
    limit.
    """
    part = thresholds()["rejected_rows"][1]
    rows = conn.execute(
        """select distinct on (feed, sender) feed, sender, business_date, n_read, n_rejected
        from ops.delivery where is_in_force and received_at <= %s
        order by feed, sender, business_date desc""",
        (now,),
    ).fetchall()
    found = []
    for feed, sender, day, n_read, n_rejected in rows:
        known = contracts().get(feed)
        if not known or not n_rejected or n_rejected < 5 or n_rejected < part * known.max_rejected_share * n_read:
            continue
        zh, en = owner_name(sender)
        found.append(
            finding(
                "rejected_rows",
                f"{feed}:{sender}:{day}",
                sender,
                f"{zh}的{known.zh}（{day}）共{n_read}行，其中{n_rejected}行有误未入库，请更正后重新报送。",
                f"{n_rejected} of {n_read} rows of {known.name} of {en} for {day} were not taken: "
                "correct them and send the file again.",
                **{"feed": feed, "sender": sender, "business_date": day},
            )
        )
    return found


def _publish_failed(conn: Connection, now: datetime) -> list[Finding]:
    """The newest finished publish of the marts failed. It is our own doing, so the wall clock does not
    matter.
    """
    row = conn.execute(
        """select as_of, verdict, reasons from ops.publish
        where schema_name = 'marts' and verdict <> 'running' order by publish_id desc limit 1"""
    ).fetchone()
    if row is None or row[1] != "failed":
        return []
    nodes = ", ".join(sorted({str(reason.get("node")) for reason in row[2]})[:5])
    return [
        finding(
            "publish_failed",
            "marts",
            DATA_ENGINEER,
            f"{row[0]}的发布未通过（{nodes}），各级看到的仍是上一次发布的数据。",
            f"The publish for {row[0]} failed ({nodes}); readers still see the one before.",
            business_date=row[0],
        )
    ]
