"""Connections to an empty warehouse."""

import pytest

from rollcall.warehouse.connect import connect


@pytest.fixture
def conn(wipe):
    """Role pipeline, autocommit, on an empty ledger."""
    with connect("pipeline", autocommit=True) as connection:
        yield connection
