"""Writes everything that follows from the contracts, suites, sources, seeds, feed pages."""

from pathlib import Path

from rollcall.contracts.feed_pages import feed_pages
from rollcall.contracts.load import contracts
from rollcall.contracts.place import contracts_dir, expectations_dir
from rollcall.contracts.seeds import seed_code, seed_feed
from rollcall.contracts.sources import sources
from rollcall.contracts.suite import suite_text


def derived_files() -> dict[Path, str]:
    """Path -> text of every derived file, as it should be. Written beside the contracts in use."""
    root = contracts_dir().parent
    files = {}
    for feed in contracts().values():
        path = expectations_dir() / f"{feed.name}.json"
        files[path] = suite_text(feed, path.read_text(encoding="utf-8") if path.exists() else None)
    files[root / "dbt_project/models/sources.yml"] = sources()
    files[root / "dbt_project/seeds/seed_code.csv"] = seed_code()
    files[root / "dbt_project/seeds/seed_feed.csv"] = seed_feed()
    files[root / "docs/feeds.md"] = feed_pages({path.stem: text for path, text in files.items()})
    return files


def stale_files() -> list[Path]:
    """The derived files that are missing or differ from what the contracts say."""
    return [
        path for path, text in derived_files().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def build() -> list[Path]:
    """Write the derived files; returns those that changed."""
    changed = stale_files()
    wanted = derived_files()
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8", newline="\n")
    return changed
