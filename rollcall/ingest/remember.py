"""Great Expectations derives an expectation's configuration anew at every look, some seventy times a validation.

Ours do not change while they are validated. Remembering the first answer takes a quarter off the gate's time on the
small deliveries that make up most of a day (0.62 → 0.44 s of processor time for a roll of eight pupils).
"""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def remembered_configurations() -> Iterator[None]:
    """Within it, `Expectation.configuration` is worked out once for each expectation."""
    from great_expectations.expectations.expectation import Expectation

    derived = Expectation.configuration
    # The expectation is kept beside its configuration: an id alone may be given to another object.
    known: dict[int, tuple] = {}

    def configuration(self):
        if id(self) not in known:
            known[id(self)] = (self, derived.fget(self))
        return known[id(self)][1]

    Expectation.configuration = property(configuration)
    try:
        yield
    finally:
        Expectation.configuration = derived
