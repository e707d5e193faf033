"""Households: who grows up together, under which name, registered where, with what hardship."""

import numpy as np

from rollcall.simulate import ids, names
from rollcall.simulate.columns import Columns
from rollcall.simulate.geography import OTHER_PROVINCES, Geography

LOCAL, FROM_DISTRICT, WITH_PERMIT, UNREGISTERED = range(4)
NO_HARDSHIP = ""
MIGRANT = np.array([0.25, 0.07, 0.03, 0.03])  # by zone; about 10.5 % of all
LEFT_BEHIND = np.array([0.03, 0.16, 0.28, 0.30])
FILED_POOR = np.array([0.035, 0.09, 0.155])  # by poverty level of the county
HARDSHIPS = ("rural_minimum", "urban_minimum", "destitute", "unsupported", "edge", "martyr", "other")
HARDSHIP_RATES = (0.02, 0.008, 0.001, 0.001, 0.005, 0.0003, 0.002)
MINORITIES = np.array(["15", "06", "12", "03", "08", "07", "05", "37"])
MINORITY_WEIGHTS = np.array([0.58, 0.30, 0.03, 0.03, 0.02, 0.02, 0.01, 0.01])


def make_households(geo: Geography, unit: np.ndarray, rng: np.random.Generator) -> Columns:
    """One row per household, given the unit it lives in.

    Columns: unit, origin (LOCAL .. UNREGISTERED), register_unit, register_township, home_township
    (positions),
    hukou_code, block (area of the ID), surname, guardian_first, guardian_second, guardian_sex, phone,
    ethnicity, left_behind, hardship, number.
    """
    n = len(unit)
    zone = geo.unit_zone[unit]
    origin = np.where(
        rng.random(n) < MIGRANT[zone],
        rng.choice([FROM_DISTRICT, WITH_PERMIT, UNREGISTERED], n, p=[0.6, 0.3, 0.1]),
        LOCAL,
    )
    register_unit = np.where(origin == FROM_DISTRICT, _poorer_unit(geo, n, rng), unit)
    origin = np.where((origin == FROM_DISTRICT) & (register_unit == unit), LOCAL, origin)
    home_township = geo.townships_of(unit, rng)
    register_township = np.where(origin == FROM_DISTRICT, geo.townships_of(register_unit, rng), home_township)
    district = geo.unit_district[register_unit]
    outside = origin >= WITH_PERMIT
    block = np.where(rng.random(n) < 0.03, rng.integers(0, len(geo.district_code), n), district) + 1
    minority = rng.random(n) < np.where(outside, 0.05, geo.unit_minority[register_unit])
    guardian_sex = np.where(rng.random(n) < 0.72, 1, 2)
    first, second = names.given(rng, guardian_sex)
    left_behind = np.where(rng.random(n) < 0.85, 2, 1) * ((origin == LOCAL) & (rng.random(n) < LEFT_BEHIND[zone]))
    return Columns(
        unit=unit,
        origin=origin.astype(np.int8),
        register_unit=register_unit.astype(np.int16),
        register_township=register_township.astype(np.int16),
        home_township=home_township.astype(np.int16),
        hukou_code=np.where(
            outside, OTHER_PROVINCES[rng.integers(0, len(OTHER_PROVINCES), n)], geo.district_code[district]
        ),
        block=np.where(outside, ids.ELSEWHERE, block).astype(np.int8),
        surname=names.surnames(rng, geo.unit_zone[register_unit] == 3),
        guardian_first=first,
        guardian_second=second,
        guardian_sex=guardian_sex.astype(np.int8),
        phone=ids.phones(rng, n),
        ethnicity=np.where(minority, MINORITIES[rng.choice(len(MINORITIES), n, p=MINORITY_WEIGHTS)], "01"),
        left_behind=left_behind.astype(np.int8),
        hardship=_hardship(geo, register_unit, outside, rng),
        number=np.arange(n),
    )


def _poorer_unit(geo: Geography, n: int, rng: np.random.Generator) -> np.ndarray:
    """Where movers inside the municipality come from: mostly from outside the centre."""
    weight = geo.unit_weight * np.where(geo.unit_zone == 0, 0.2, 1)
    return rng.choice(len(weight), n, p=weight / weight.sum())


def _hardship(geo: Geography, unit: np.ndarray, outside: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    dice = rng.random(len(unit))
    filed = FILED_POOR[geo.unit_poverty[unit]]
    hardship = np.where(dice < filed, "filed_poor", NO_HARDSHIP).astype("U13")
    edge = filed
    for kind, rate in zip(HARDSHIPS, HARDSHIP_RATES, strict=True):
        hardship[(dice >= edge) & (dice < edge + rate)] = kind
        edge = edge + rate
    hardship[outside] = NO_HARDSHIP
    return hardship


def group_into_households(unit: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Household number of each child, and the order in which the children of a unit stand household by
    household.

    Seven in ten children open a household of their own; the next ones in the shuffled order join it.
    """
    order = np.lexsort((rng.random(len(unit)), unit))
    opens = rng.random(len(unit)) < 0.7
    opens[np.r_[True, unit[order][1:] != unit[order][:-1]]] = True
    household = np.empty(len(unit), np.int64)
    household[order] = np.cumsum(opens) - 1
    return household, order
