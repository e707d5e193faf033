"""Run dbt on the test warehouse, in this process."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from rollcall.warehouse.connect import url
from rollcall.warehouse.settings import settings


def run_dbt(
    candidate: str, as_of: str, known_at: str, *command: str, unit_tests: bool = False, project: Path | None = None
):
    """Invoke dbt into schemas `candidate` and `candidate`_work; returns dbt's own result. `project`: default ours."""
    from dbt.cli.main import dbtRunner

    address = urlsplit(url("pipeline"))
    wanted = {
        "ROLLCALL_CANDIDATE": candidate,
        "ROLLCALL_DBT_HOST": address.hostname,
        "ROLLCALL_DBT_PORT": str(address.port),
        "ROLLCALL_DBT_USER": unquote(address.username),
        "ROLLCALL_DBT_PASSWORD": unquote(address.password),
        "ROLLCALL_DBT_DBNAME": address.path.lstrip("/"),
        "ROLLCALL_DBT_UNIT_TESTS": "true" if unit_tests else "false",
        "DO_NOT_TRACK": "1",
    }
    project = project or settings().repo / "dbt_project"
    place: Path = settings().home / "dbt" / candidate
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        if unit_tests:
            # Their made-up people stay out of the state, which other tests search for the simulated ones.
            place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name, value in wanted.items():
            patch.setenv(name, value)
        return dbtRunner().invoke(
            [
                *command,
                *("--project-dir", str(project), "--profiles-dir", str(project)),
                *("--target-path", str(place / "target"), "--log-path", str(place / "log")),
                *("--vars", f'{{"as_of": "{as_of}", "known_at": "{known_at}"}}'),
                *("--log-level", "none", "--no-use-colors"),
            ]
        )


def failures(done) -> list[str]:
    """What failed, as 'node: message'; names only, for an assertion that explains itself."""
    if done.exception is not None:
        return [str(done.exception)]
    return [
        f"{r.node.name}: {r.message}"
        for r in (getattr(done.result, "results", None) or [])
        if str(r.status) in ("error", "fail", "runtime error", "partial success")
    ]
