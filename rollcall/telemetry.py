"""Nothing phones home: every switch by which a tool we stand on would report its use, in one place."""

import os

SWITCHES = {
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "False",
    "SCARF_ANALYTICS": "false",
    "SCARF_NO_ANALYTICS": "true",
}


def switch_off() -> None:
    """Set the switches for this process and all it starts; call it before great_expectations, dbt or airflow
    load.

    They are forced, not defaulted: no environment of ours may turn reporting on again by accident.
    """
    os.environ.update(SWITCHES)
