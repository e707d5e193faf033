"""The unit tests that stand beside the models, against the built scenario."""

from tests.dbt.build import failures, run_dbt
from tests.dbt.conftest import KNOWN_AT
from tests.dbt.municipality import AS_OF


def test_unit_tests_of_the_models(built):
    done = run_dbt(built, str(AS_OF), KNOWN_AT, "test", "--select", "test_type:unit", unit_tests=True)
    assert failures(done) == []
    assert len(done.result.results) >= 7
