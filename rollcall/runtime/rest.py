"""The few calls of Airflow's REST interface that Rollcall needs."""

import contextlib
import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from rollcall.runtime.config import PASSWORD, USER, port_of_api
from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.secrets import secret

OVER = ("success", "failed")


class RestError(WarehouseError):
    """Airflow said no, or nothing; `status` is 0 when nobody answered."""

    def __init__(self, status: int, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.status = status


@dataclass(frozen=True)
class Run:
    """One Dag run as Airflow sees it; times are ISO texts or None."""

    dag_id: str
    run_id: str
    state: str
    started_at: str | None
    ended_at: str | None

    @property
    def is_over(self) -> bool:
        return self.state in OVER


class Rest:
    """A client logged in as the administrator of the embedded Airflow."""

    def __init__(self, port: int | None = None, timeout: float = 30) -> None:
        self._root = f"http://127.0.0.1:{port or port_of_api()}"
        self._timeout = timeout
        self._token: str | None = None
        # Never through a proxy: the address is this machine's.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def health(self) -> dict[str, str]:
        """State by component ("healthy", "unhealthy", ...), {} while nobody answers."""
        try:
            found = self._send("GET", "/api/v2/monitor/health", is_open=True)
        except RestError:
            return {}
        return {name: (state or {}).get("status") or "unknown" for name, state in found.items()}

    def knock(self) -> None:
        """A request to the interface that tasks use; what it answers does not matter."""
        with contextlib.suppress(RestError):
            self._send("GET", "/execution/health", is_open=True)

    def dag_ids(self) -> set[str]:
        """Dags that Airflow has read so far."""
        found = self._send("GET", "/api/v2/dags?limit=500&exclude_stale=true")
        return {dag["dag_id"] for dag in found["dags"]}

    def import_errors(self) -> list[str]:
        """Files in the Dag folder that could not be read, with the last line of the reason."""
        found = self._send("GET", "/api/v2/importErrors")
        return [
            f"{error['filename'].rsplit('/', 1)[-1]}: {error['stack_trace'].strip().splitlines()[-1]}"
            for error in found["import_errors"]
        ]

    def pause(self, dag_id: str, is_paused: bool) -> None:
        self._send("PATCH", f"/api/v2/dags/{quote(dag_id)}", {"is_paused": is_paused})

    def trigger(self, dag_id: str, conf: dict | None = None, run_id: str | None = None) -> Run:
        """Start a run now; `conf` holds params of the Dag."""
        body = {"logical_date": None, "conf": conf or {}}
        if run_id:
            body["dag_run_id"] = run_id
        return _run(self._send("POST", f"/api/v2/dags/{quote(dag_id)}/dagRuns", body))

    def run(self, dag_id: str, run_id: str) -> Run:
        return _run(self._send("GET", f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id, safe='')}"))

    def runs(self, dag_id: str = "~", states: tuple[str, ...] = (), limit: int = 500) -> list[Run]:
        """Runs of a Dag, or of all ("~"), newest first."""
        query = urlencode({"limit": limit, "order_by": "-run_after", "state": list(states)}, doseq=True)
        return [_run(row) for row in self._send("GET", f"/api/v2/dags/{quote(dag_id)}/dagRuns?{query}")["dag_runs"]]

    def tasks(self, dag_id: str, run_id: str) -> list[dict]:
        """Task instances of a run: task_id, map_index, state, start_date, end_date, duration."""
        path = f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id, safe='')}/taskInstances?limit=500"
        return self._send("GET", path)["task_instances"]

    def ensure_pool(self, name: str, slots: int, description: str) -> None:
        body = {"name": name, "slots": slots, "description": description, "include_deferred": False}
        try:
            self._send("POST", "/api/v2/pools", body)
        except RestError as error:
            if error.status != 409:
                raise

    def _send(self, method: str, path: str, body: dict | None = None, is_open: bool = False):
        if not is_open and self._token is None:
            self._log_in()
        try:
            return self._once(method, path, body)
        except RestError as error:
            if error.status != 401 or is_open:
                raise
            self._log_in()
            return self._once(method, path, body)

    def _log_in(self) -> None:
        self._token = None
        body = {"username": USER, "password": secret(PASSWORD)}
        self._token = self._once("POST", "/auth/token", body)["access_token"]

    def _once(self, method: str, path: str, body: dict | None):
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self._root + path, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            detail = error.read().decode("utf-8", "replace")
            with contextlib.suppress(ValueError, AttributeError):
                detail = str(json.loads(detail).get("detail", detail))
            said = f"{error.code} to {method} {path}: {detail[:300]}"
            raise RestError(error.code, f"Airflow 拒绝了请求（{error.code}）。", f"Airflow answered {said}") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            kind = type(error).__name__
            raise RestError(0, f"Airflow 没有应答（{kind}）。", f"Airflow does not answer ({kind}).") from None


def _run(row: dict) -> Run:
    return Run(row["dag_id"], row["dag_run_id"], row["state"], row.get("start_date"), row.get("end_date"))
