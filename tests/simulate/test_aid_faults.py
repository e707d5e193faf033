"""Every red flag of the finance office is planted, and what the truth says of it is so in what the units paid."""

from collections import Counter
from datetime import date

import numpy as np
import pytest

from rollcall.simulate import aid, aid_faults, city_feeds
from rollcall.simulate.aid_rates import BOARDING, NUTRITION, PROGRAMMES
from rollcall.simulate.clock import to_date
from rollcall.simulate.world import make_world

PAYMENT_DAY = 25


@pytest.fixture(scope="module")
def told():
    """(world, [(unit, payments, faults)]) of both months that two months of school are paid for."""
    world = make_world(0.002, date(2019, 9, 2), 9, 1)
    units = range(len(world.geo.unit_code))
    months = aid.periods(world.clock, PAYMENT_DAY)
    assert len(months) == 2
    return world, [(unit, *aid.payments(world, unit, *month)) for month in months for unit in units]


def faults_of(told, kind):
    """(payments, row, fault) of every planted fault of the kind."""
    for _, values, faults in told[1]:
        rows = {number: row for row, number in enumerate(values["payment_no"])}
        for fault in faults:
            if fault["fault"] == kind:
                yield values, rows.get(fault["number"]), fault


def test_every_kind_is_planted(told):
    planted = Counter(fault["fault"] for _, _, faults in told[1] for fault in faults)
    assert planted.keys() == {*aid_faults.KINDS, *aid_faults.LEFT.values()}


def test_a_fault_is_in_the_row_that_the_truth_names(told):
    usual = {kind: list(faults_of(told, kind)) for kind in aid_faults.KINDS}
    assert all(values["rate_fen"][row] != NUTRITION for values, row, _ in usual["wrong_rate"])
    assert all(
        values["n_days"][row] > max(20, np.median(values["n_days"])) for values, row, _ in usual["too_many_days"]
    )
    for values, row, _ in usual["shared_account"]:
        assert Counter(values["account_hash"])[values["account_hash"][row]] > 1
    for values, row, _ in usual["boarding_to_day_pupil"]:
        assert values["programme"][row] == PROGRAMMES[0] and values["rate_fen"][row] in BOARDING
    for values, row, _ in usual["second_school"]:
        same = values["roll_number"] == values["roll_number"][row]
        assert len(set(values["school_code"][same])) > 1


def test_who_is_not_paid_is_not_paid_in_any_month(told):
    world, sent = told
    months = Counter(fault["child_id"] for _, _, faults in sent for fault in faults if fault["fault"] == "unpaid")
    assert 2 in months.values()
    numbers = {number for child in months for number in world.seats.roll_number[world.seats.child == child]}
    paid = {number for _, values, _ in sent for number in values["roll_number"]}
    assert not numbers & paid


def test_who_left_is_paid_on_from_the_month_after(told):
    world, _ = told
    for kind, name in aid_faults.LEFT.items():
        left = {}
        for seat, on, change, *_ in world.life.changes:
            if change == kind:
                left.setdefault(int(world.seats.child[seat]), []).append(to_date(on))
        found = [fault for _, _, fault in faults_of(told, name)]
        assert found
        for fault in found:
            assert min(day.year * 100 + day.month for day in left[fault["child_id"]]) < fault["period"]


def test_some_transfers_are_too_small(told):
    world, _ = told
    values, faults = city_feeds.aid_transfer(world)
    sums = {number: amount for number, amount in zip(values["transfer_no"], values["amount_fen"], strict=True)}
    owed = dict(zip(values["transfer_no"], (amount for *_, amount in aid.programme_totals(world)), strict=True))
    short = {number for number in sums if sums[number] < owed[number]}
    assert short == {fault["number"] for fault in faults} and 0 < len(short) < len(sums) / 20


def test_nobody_whose_fate_is_scored_gets_a_fault(told):
    world, sent = told
    named = {f["child_id"] for _, _, faults in sent for f in faults if f["fault"] in aid_faults.KINDS}
    assert not world.cast.protected[np.array(sorted(named))].any()
