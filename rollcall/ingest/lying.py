"""What lies in the inbox and is not taken yet."""

from collections.abc import Collection
from pathlib import Path

from rollcall.contracts.manifest import PARTIAL, SUFFIX
from rollcall.warehouse.settings import settings


def lying(feeds: Collection[str] | None = None) -> list[Path]:
    """Files in the inbox, of these feeds or of all, by sender, feed and name; manifests, hidden files and what a
    program is still writing are not among them.
    """
    return sorted(
        path
        for path in settings().inbox.glob("*/*/*")
        if path.is_file()
        and not path.name.startswith(".")
        and not path.name.endswith((SUFFIX, *PARTIAL))
        and (feeds is None or path.parent.name in feeds)
    )
