"""Alembic migrations of `ops` and `identity`; configured in code, see rollcall.warehouse.migrate."""
