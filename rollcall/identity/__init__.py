"""Who is who: the links between pupils and children, as published, on both time axes."""

# Changes whenever the rules of dbt_project/models/intermediate/identity change; every link carries it.
MODEL_VERSION = "id-corroborated-1"
