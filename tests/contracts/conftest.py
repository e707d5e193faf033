"""What the tests of contracts and suites share."""

import pytest


@pytest.fixture
def conn(warehouse):
    """A connection of the pipeline whose work is rolled back unless a test commits it."""
    from rollcall.warehouse import server
    from rollcall.warehouse.connect import connect

    server.start()  # a test before may have killed it
    with connect("pipeline") as connection:
        yield connection
        connection.rollback()
