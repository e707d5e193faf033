"""What counts as a hit of the early warning, beside the naive rule."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from rollcall.simulate.score_warning import _leavers, _measured


def test_the_head_of_the_list_beside_the_naive_rule():
    # Two hundred children at a desk: the first two are the head, three are absent for three days or more.
    rows = [(1, 90, 2, True), (2, 60, 3, True), (3, 40, 4, True), (4, 10, 3, False)]
    rows += [(child, 0, 0, False) for child in range(5, 201)]
    found = _measured(rows, leavers={1, 2, 50, 999}, gone={2})
    assert (found["warning_children"], found["warning_leavers"], found["warning_leavers_not_yet_gone"]) == (200, 3, 2)
    assert (found["warning_head"], found["warning_head_hits"], found["warning_head_hits_not_yet_gone"]) == (2, 2, 1)
    assert (found["warning_head_precision"], found["warning_head_recall"]) == (1.0, 0.667)
    assert (found["warning_naive"], found["warning_naive_hits"], found["warning_naive_hits_not_yet_gone"]) == (3, 1, 0)
    assert (found["warning_naive_precision"], found["warning_naive_recall"]) == (0.333, 0.333)
    assert (found["warning_listed"], found["warning_listed_hits"], found["warning_listed_per_1000"]) == (3, 2, 15.0)


def test_who_leaves_in_the_weeks_that_follow(tmp_path):
    as_of = date(2019, 9, 29)
    spells = [
        (1, date(2019, 9, 20), None, "dropout"),  # gone already
        (2, date(2019, 9, 20), date(2019, 9, 30), "dropout"),  # back tomorrow
        (3, date(2019, 10, 27), None, "dropout"),  # on the last day of the four weeks
        (4, date(2019, 10, 28), None, "dropout"),  # later
        (5, date(2019, 9, 20), None, "ghost"),
    ]
    names = ("child_id", "from_on", "to_on", "state")
    pq.write_table(
        pa.Table.from_pylist([dict(zip(names, spell, strict=True)) for spell in spells]), tmp_path / "status.parquet"
    )
    assert _leavers(tmp_path, as_of) == ({1, 3}, {1})
