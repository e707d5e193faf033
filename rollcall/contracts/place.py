"""Where contracts and suites lie: in the repository, or where ROLLCALL_CONTRACTS says."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def contracts_dir() -> Path:
    """Directory of the contract files and codes.yaml."""
    return Path(os.environ.get("ROLLCALL_CONTRACTS") or REPOSITORY / "contracts").resolve()


def expectations_dir() -> Path:
    """Directory of the suites and rules.yaml: ROLLCALL_EXPECTATIONS, else the sibling of the contracts."""
    named = os.environ.get("ROLLCALL_EXPECTATIONS")
    return Path(named).resolve() if named else contracts_dir().parent / "expectations"
