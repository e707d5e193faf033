"""Seeds that dbt needs from the contracts: every code with its names, every feed with its cadence."""

import csv
import io
from collections.abc import Iterable

from rollcall.contracts.codes import code_lists
from rollcall.contracts.load import contracts

CODE_COLUMNS = ("code_list", "code", "name_zh", "name_en", "source")
FEED_COLUMNS = (
    "feed",
    "name_zh",
    "family",
    "history",
    "senders",
    "cadence",
    "due_day",
    "late_after_days",
    "missing_after_days",
    "max_rejected_share",
    "section_column",
    "reference_feeds",
    "owner",
    "retention",
)


def seed_code() -> str:
    """CSV: one row per code of each list."""
    rows = (
        (item.name, code, zh, en, item.source)
        for item in code_lists().values()
        for code, (zh, en) in item.codes.items()
    )
    return _csv(CODE_COLUMNS, rows)


def seed_feed() -> str:
    """CSV: one row per feed. `due_day`: of the week (1 = Monday) or of the month; blank for daily feeds."""
    rows = (
        (
            feed.name,
            feed.zh,
            feed.family,
            feed.history,
            feed.senders,
            feed.cadence,
            feed.due_day,
            feed.late_after_days,
            feed.missing_after_days,
            feed.max_rejected_share,
            feed.section,
            " ".join(feed.references),
            feed.owner,
            feed.retention,
        )
        for feed in contracts().values()
    )
    return _csv(FEED_COLUMNS, rows)


def _csv(header: tuple[str, ...], rows: Iterable[tuple]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
