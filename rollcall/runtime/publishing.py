"""What the tasks of publish_marts do."""

from dataclasses import asdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Another publish of the same schema is let finish first.
_WAIT_SECONDS = 900


def what_to_publish(params: dict, is_doorbell: bool) -> dict | None:
    """{"as_of", "known_at"} as ISO texts and "is_back", or None when there is nothing to do.

    Named dates are taken as they are. A doorbell (asset event) publishes only a date that is complete enough
    and not yet published with all that is known; the daily deadline and a run by hand also what is
    incomplete.
    """
    known_at = _moment(params)
    if params.get("as_of"):
        as_of = date.fromisoformat(params["as_of"])
    else:
        from rollcall.publish.quorum import at_deadline, pending

        as_of = pending(known_at) if is_doorbell else at_deadline(known_at)
    if as_of is None:
        return None
    return {"as_of": as_of.isoformat(), "known_at": known_at.isoformat(), "is_back": bool(params.get("back"))}


def publish_one(wanted: dict) -> dict:
    """Publish; verdict, seconds by step and the names of what failed, fit for an XCom."""
    from rollcall.publish.publish import publish

    as_of, known_at = date.fromisoformat(wanted["as_of"]), datetime.fromisoformat(wanted["known_at"])
    result = publish(as_of, known_at, wait_seconds=_WAIT_SECONDS, is_back=wanted["is_back"])
    return {
        **wanted,
        "verdict": result.verdict,
        "failed": [str(reason.get("node")) for reason in result.reasons],
        "n_missing": len(result.missing),
        "too_few": result.too_few,
        "seconds": result.seconds,
    }


def tell(params: dict, run_id: str) -> dict:
    """Bring the alerts up to date and send this run's digests: as of `known_at`, else of the ledger's
    clock.
    """
    from rollcall.alerts.run import run_alerts

    return asdict(run_alerts(run_id, _moment(params) if params.get("known_at") else None))


def _moment(params: dict) -> datetime:
    known_at = datetime.fromisoformat(params["known_at"]) if params.get("known_at") else datetime.now(SHANGHAI)
    return known_at if known_at.tzinfo else known_at.replace(tzinfo=SHANGHAI)
