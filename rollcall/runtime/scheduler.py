"""`python -m rollcall.runtime.scheduler`: Airflow's scheduler, with the heavy imports of our tasks made
beforehand.

LocalExecutor forks its workers from the scheduler, and a worker forks each task, so what the scheduler has
imported no task imports again. Measured on two cores: the first task of a fresh process spends 7 s on
`import great_expectations`; forked from here, none. Only imports belong here: a connection or a thread would
not survive the fork.
"""

import importlib
import logging
import sys

from rollcall.telemetry import switch_off

# The supervisor and the task runner are Airflow's own, which each worker and each task would else import by
# itself.
MODULES = (
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "airflow.dag_processing.dagbag",
    "airflow.providers.standard.decorators.python",
    "great_expectations",
    "great_expectations.execution_engine.sqlalchemy_execution_engine",
    "great_expectations.datasource.fluent.postgres_datasource",
    "pandas",
    "pyarrow.csv",
    "open_data_contract_standard.model",
    "rollcall.ingest.deliver",
    "rollcall.ingest.inbox",
    "rollcall.ingest.lanes",
    "rollcall.ingest.replay",
    "dbt.cli.main",
    "dbt.adapters.postgres",
    "dbt.task.build",
    "rollcall.publish.publish",
    "rollcall.publish.marts_gate",
    "rollcall.alerts.run",
)


def preload() -> list[str]:
    """Import MODULES; return those that failed, which the task that needs them may complain about."""
    switch_off()
    failed = []
    for name in MODULES:
        try:
            importlib.import_module(name)
        except Exception as error:
            failed.append(f"{name} ({type(error).__name__})")
    return failed


def main() -> None:
    failed = preload()
    if failed:
        logging.getLogger(__name__).warning("not preloaded: %s", ", ".join(failed))
    from airflow.__main__ import main as airflow

    # --skip-serve-logs: the API server reads the log files itself, they are on the same disk.
    sys.argv = ["airflow", "scheduler", "--skip-serve-logs"]
    airflow()


if __name__ == "__main__":
    main()
