"""What the tasks of the ingest Dags do: library calls in, counts and delivery ids out, nothing personal."""

from collections import Counter
from datetime import date


def plan_lanes(feed: str, params: dict, n_lanes: int) -> list[dict]:
    """Take what has arrived and share out what waits; one item per lane task.

    `params`: mode (ingest, replay or regate), sender, from, to; dates as YYYY-MM-DD or None.
    """
    sender, from_, to = params.get("sender"), _day(params.get("from")), _day(params.get("to"))
    mode = params.get("mode") or "ingest"
    if mode != "ingest":
        return [{"mode": mode, "sender": sender, "from": params.get("from"), "to": params.get("to")}]
    from rollcall.ingest.inbox import discover
    from rollcall.ingest.lanes import plan

    discover([feed])
    return [{"mode": mode, "delivery_ids": lane} for lane in plan(feed, n_lanes, sender, from_, to)]


def run_lane(feed: str, lane: dict) -> dict:
    """Do one lane. Returns counts by verdict, rejected rows, and the business dates that history has
    gained.
    """
    if lane["mode"] == "ingest":
        from rollcall.ingest.deliver import deliver

        outcomes = deliver(lane["delivery_ids"])
    else:
        from rollcall.ingest.replay import replay

        days = _day(lane["from"]), _day(lane["to"])
        outcomes = replay(feed, lane["sender"], *days, regate=lane["mode"] == "regate")
    verdicts = Counter(outcome.verdict for outcome in outcomes)
    dates = {outcome.business_date.isoformat() for outcome in outcomes if outcome.verdict == "accepted"}
    return {
        "verdicts": dict(sorted(verdicts.items())),
        "n_rejected": sum(outcome.n_rejected or 0 for outcome in outcomes),
        "business_dates": sorted(dates),
    }


def lane_name(lane: dict) -> str:
    """What the mapped task is called on the screen."""
    if lane["mode"] != "ingest":
        return lane["mode"]
    ids = lane["delivery_ids"]
    return f"{len(ids)} 件 · deliveries {min(ids)}–{max(ids)}"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
