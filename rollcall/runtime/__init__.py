"""A real Airflow beside the warehouse: its configuration, its processes, its REST interface."""
