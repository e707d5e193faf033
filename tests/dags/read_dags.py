"""Run as a process of its own: read the Dag folder as Airflow does and print what is in it as JSON."""

import json
import sys


def main() -> None:
    from airflow.dag_processing.dagbag import DagBag

    before = set(sys.modules)
    bag = DagBag(dag_folder=sys.argv[1])
    loaded = {name.split(".")[0] for name in set(sys.modules) - before}
    told = {
        "errors": bag.import_errors,
        "seconds": {stat.file: stat.duration.total_seconds() for stat in bag.dagbag_stats},
        "loaded": sorted(loaded),
        "dags": {dag_id: _facts(dag) for dag_id, dag in bag.dags.items()},
    }
    print("\n" + json.dumps(told))


def _facts(dag) -> dict:
    return {
        "owner": dag.owner,
        "doc": dag.doc_md,
        "params": list(dag.params),
        "max_active_runs": dag.max_active_runs,
        "catchup": dag.catchup,
        "deadline_callbacks": [type(deadline.callback).__name__ for deadline in dag.deadline or []],
        "timetable": repr(dag.timetable),
        "tasks": {
            task.task_id: {
                "retries": task.retries,
                "pool": task.pool,
                "defers": getattr(task, "deferrable", False) or getattr(task, "start_from_trigger", False),
                "is_teardown": task.is_teardown,
                "has_callback": bool(task.on_failure_callback),
                "is_heard_to_work": bool(task.on_success_callback),
                "outlets": [outlet.name for outlet in task.outlets],
                "priority": task.priority_weight,
            }
            for task in dag.tasks
        },
    }


if __name__ == "__main__":
    main()
