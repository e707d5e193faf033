"""What the Dags read of a contract is what the contract says."""

from rollcall.contracts.load import contracts
from rollcall.runtime.feeds import feeds


def test_the_short_reading_agrees_with_the_whole_contract():
    whole = contracts()
    assert [feed.name for feed in feeds()] == list(whole)
    for feed in feeds():
        contract = whole[feed.name]
        for name in (
            "zh",
            "family",
            "cadence",
            "senders",
            "owner",
            "references",
            "late_after_days",
            "purpose",
        ):
            assert getattr(feed, name) == getattr(contract, name), (feed.name, name)


def test_one_dag_reads_one_contract():
    assert [feed.name for feed in feeds("ingest_roll")] == ["roll"]
    assert feeds("publish_marts") == []
