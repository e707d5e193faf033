"""`make docs`: the dbt documentation of the marts as one HTML file."""

import json
from pathlib import Path

from rollcall.publish import candidate
from rollcall.telemetry import switch_off
from rollcall.warehouse import server
from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.migrate import migrate
from rollcall.warehouse.settings import settings

# Any literals do: the documentation is of the models, not of a publish.
_VARS = {"as_of": "2019-09-08", "known_at": "2019-09-08 23:59:00+08:00"}


def build_docs() -> Path:
    """Write home/dbt_docs/static_index.html and return its path. Starts the database if need be."""
    switch_off()
    from dbt.cli.main import dbtRunner

    project, target = settings().repo / "dbt_project", settings().home / "dbt_docs"
    was_running = server.running()
    server.start()
    try:
        migrate()
        with candidate.dbt_environment("candidate"):
            done = dbtRunner().invoke(
                [
                    *("docs", "generate", "--static", "--quiet"),
                    *("--project-dir", str(project), "--profiles-dir", str(project)),
                    *("--target-path", str(target), "--log-level-file", "none"),
                    *("--vars", json.dumps(_VARS), "--no-send-anonymous-usage-stats"),
                ]
            )
    finally:
        if not was_running:
            server.stop()
    if not done.success:
        raise WarehouseError("dbt 文档生成失败。", "dbt could not build its documentation.")
    return target / "static_index.html"
