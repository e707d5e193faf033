"""Build the candidate into schemas that nobody reads yet: dbt, in this process, with the matching in its middle."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rollcall.telemetry import switch_off
from rollcall.warehouse.connect import connect, url
from rollcall.warehouse.settings import settings

MAX_REASONS = 50


# What the matching reads. dbt builds it and all it rests on first, then everything else.
BEFORE_MATCHING = (
    "int_key_children", "int_key_unlinked", "int_find_namesakes", "int_link_by_rule", "int_apply_verdicts",
)  # fmt: skip


def build(candidate: str, as_of: date, known_at: datetime, last: str | None = None) -> list[dict]:
    """Run every seed, model and test; return what failed as reasons {node, status, n, said}, empty if all is
    well. `last`: work schema of the last publish under the same name, which spares the matching work.

    Two dbt builds share one parsed manifest. Between them rollcall.identity.match writes the pairs that the model
    finds. Nothing of the tables' content gets into a log or a reason: messages are cleared of what they quote.
    """
    switch_off()
    from dbt.cli.main import dbtRunner

    from rollcall.identity.keys import refresh
    from rollcall.identity.match import match
    from rollcall.identity.model import model

    options = dbt_options(candidate)
    literals = json.dumps(
        {"as_of": as_of.isoformat(), "known_at": known_at.isoformat(sep=" "), "model_version": model().version}
    )
    with dbt_environment(candidate), _Journal(_place(candidate) / "publish.log") as journal:
        # Parsed without the literals, which only enter as models are compiled: given to the parser they would
        # make it start afresh for every date, and that takes it seconds.
        done = dbtRunner().invoke(["parse", *options])
        if not done.success:
            return _failures(done)
        runner = dbtRunner(manifest=done.result, callbacks=[journal.event])

        def run(*selection: str):
            return runner.invoke(["build", *selection, "--vars", literals, *options])

        with connect("pipeline", autocommit=True) as conn:
            journal.note("keys", refresh(conn))
            done = run(*first_half())
            if reasons := _failures(done):
                return reasons
            journal.note("match", match(conn, f"{candidate}_work", last=last))
        return _failures(run(*second_half(done)))


def dbt_options(candidate: str) -> list[str]:
    """Where dbt finds its project and puts its target; it logs nothing and calls nobody."""
    place, project = _place(candidate), settings().repo / "dbt_project"
    return [
        *("--project-dir", str(project), "--profiles-dir", str(project)),
        *("--target-path", str(place / "target"), "--log-path", str(place / "log")),
        # Neither dbt's log nor its run_results.json can be told to leave out what a database error quotes.
        *("--log-level", "none", "--log-level-file", "none", "--no-write-json", "--no-use-colors"),
        *("--no-send-anonymous-usage-stats", "--no-version-check"),
    ]


def first_half() -> list[str]:
    """Arguments of `dbt build` for what the matching rests on, and the tests of that alone."""
    return ["--select", *(f"+{model}" for model in BEFORE_MATCHING), "--indirect-selection", "cautious"]


def second_half(first) -> list[str]:
    """Arguments of `dbt build` for everything that the first build, by its result, has not run."""
    ran = [".".join(result.node.fqn) for result in first.result.results]
    return ["--exclude", *(f"fqn:{name}" for name in ran), "--indirect-selection", "empty"]


def _failures(done) -> list[dict]:
    """Why dbt did not succeed, as reasons; empty if it did."""
    if done.exception is not None:
        return [_reason("dbt", "error", None, str(done.exception))]
    results = getattr(done.result, "results", None)
    if results is None:
        return [] if done.success else [_reason("dbt", "error", None, "dbt did not finish")]
    reasons = [
        _reason(result.node.name, str(result.status), result.failures, result.message)
        for result in results
        if str(result.status) in ("error", "fail", "runtime error", "partial success")
    ]
    if not reasons and not done.success:
        reasons = [_reason("dbt", "error", None, "dbt did not finish")]
    if not reasons and not results:
        reasons = [_reason("dbt", "error", None, "dbt built nothing")]
    return reasons[:MAX_REASONS]


def masked(message: str) -> str:
    """The first two lines of a database's or dbt's message without what it quotes from rows."""
    lines = [line.strip() for line in (message or "").splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(("DETAIL", "CONTEXT", "LINE ", "^", "HINT"))][:2]
    text = " ".join(kept)
    text = re.sub(r"(?<=[:=])\s*\"[^\"]*\"", ' "***"', text)
    text = re.sub(r"=\([^)]*\)", "=(***)", text)
    text = re.sub(r"[0-9]{6,}[0-9Xx]?", "***", text)
    return re.sub(r"[\u4e00-\u9fff]{2,}", "***", text)[:300]


def _reason(node: str, status: str, n: int | None, message: str | None) -> dict:
    return {"node": node, "status": status, "n": n, "said": masked(message or "")}


def _place(candidate: str) -> Path:
    place = settings().home / "dbt" / candidate
    place.mkdir(parents=True, exist_ok=True)
    return place


@contextmanager
def dbt_environment(candidate: str) -> Iterator[None]:
    """What profiles.yml asks for, for the length of one build; the password is in no argument and in no
    file.
    """
    address = urlsplit(url("pipeline"))
    wanted = {
        "ROLLCALL_CANDIDATE": candidate,
        "ROLLCALL_DBT_HOST": address.hostname or "127.0.0.1",
        "ROLLCALL_DBT_PORT": str(address.port or 5432),
        "ROLLCALL_DBT_USER": unquote(address.username or ""),
        "ROLLCALL_DBT_PASSWORD": unquote(address.password or ""),
        "ROLLCALL_DBT_DBNAME": address.path.lstrip("/"),
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class _Journal:
    """A short log of our own: what was built and how long it took, errors masked."""

    _KEPT = (
        "LogModelResult",
        "LogSeedResult",
        "LogTestResult",
        "RunResultError",
        "RunResultFailure",
        "MainEncounteredError",
    )

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> "_Journal":
        self._file = open(self._path, "w", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def note(self, step: str, facts: dict) -> None:
        """A line of counts and seconds."""
        self._file.write(f"info {step} {json.dumps(facts)}\n")
        self._file.flush()

    def event(self, message) -> None:
        if message.info.name in self._KEPT and not self._file.closed:
            self._file.write(f"{message.info.level} {masked(message.info.msg)}\n")
            self._file.flush()
